import type { Column, Value } from "../engine.ts";
import { COLUMN_TYPES } from "./data-type.ts";
import { type Lobs, renderClob } from "./lobs.ts";
import { MESSAGE } from "./protocol.ts";
import { clobText, encodeValue } from "./value.ts";
import { Writer } from "./wire/writer.ts";

const AL32UTF8 = 873;
/** The scale of a NUMBER without one, -127. */
const FLOATING_SCALE = 0x81;

/** A query whose rows a client fetches. */
export interface OpenResult {
  columns: Column[];
  rows: Value[][];
  sent: number;
  /** Positions of CLOB columns that the client fetches as text. */
  asText: Set<number>;
}

/** The description of a query's columns, sent once per full execution. */
export function renderDescription(columns: Column[], fieldVersion: number): Buffer {
  const writer = new Writer().u8(MESSAGE.describe, 0).ub(columns.length * 100, columns.length);
  if (columns.length > 0) writer.u8(0);
  columns.forEach((column, index) => writer.raw(describeColumn(column, index, fieldVersion)));
  return writer.zeros(6).done(); // date, flags and sizes of the cursor, nothing after them
}

function describeColumn(column: Column, index: number, fieldVersion: number): Buffer {
  const { code, characters } = COLUMN_TYPES[column.type];
  const bytes = maxBytes(column);
  const writer = new Writer()
    .u8(code, 0, 0, column.type === "number" ? FLOATING_SCALE : 0)
    .ub(bytes)
    .zeros(4) // array elements, flags, object id, version
    .ub(characters ? AL32UTF8 : 0)
    .u8(characters ? 1 : 0)
    .ub(characters ? bytes : 0);
  if (fieldVersion >= 8) writer.ub(0);
  writer.u8(1, Math.min(column.name.length, 30)).optionalText(column.name).zeros(2); // nullable; schema, type name
  writer.ub(index + 1, 0);
  if (fieldVersion >= 17) writer.zeros(2); // domain
  if (fieldVersion >= 20) writer.zeros(1); // annotations
  if (fieldVersion >= 24) writer.zeros(3); // vector
  return writer.done();
}

/** One row, every value explicit. */
export function renderRow(result: OpenResult, row: Value[], lobs: Lobs): Buffer {
  if (row.length !== result.columns.length)
    throw new Error(`the engine gave a row of ${row.length} values for ${result.columns.length} columns`);
  const writer = new Writer().u8(MESSAGE.row);
  result.columns.forEach((column, index) => {
    const value = row[index] ?? null;
    if (column.type !== "clob") writer.data(columnValue(column, value));
    else if (!result.asText.has(index)) writer.raw(renderClob(lobs, clobText(value), "column"));
    else writer.data(Buffer.from(clobText(value) ?? "")).zeros(2); // null indicator, return code
  });
  return writer.done();
}

function columnValue(column: Column, value: Value): Buffer | null {
  if (column.type === "clob") throw new Error("a CLOB is no plain value");
  const bytes = encodeValue(column.type, value);
  if (bytes !== null && bytes.length > maxBytes(column))
    throw new Error(`the engine gave ${bytes.length} bytes for column ${column.name} of ${maxBytes(column)}`);
  return bytes;
}

function maxBytes(column: Column): number {
  const { bytes } = COLUMN_TYPES[column.type];
  return column.type === "text" || column.type === "raw" ? (column.maxBytes ?? bytes) : bytes;
}

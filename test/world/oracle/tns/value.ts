import type { Column, Value } from "../engine.ts";
import { TYPE } from "./data-type.ts";
import { encodeDate, encodeTimestamp } from "./wire/date.ts";
import { encodeNumber } from "./wire/number.ts";

type ScalarType = Exclude<Column["type"], "clob"> | "boolean";

/** A value's bytes, null for NULL. Throws where the engine's value is not of the type it named. */
export function encodeValue(type: ScalarType, value: Value, zone: "utc" | "local" = "local"): Buffer | null {
  if (value === null || value === "") return null; // Oracle has no empty text
  if ((type === "text" || type === "number") && (typeof value === "string" || typeof value === "number"))
    return type === "text" ? Buffer.from(String(value)) : encodeNumber(value);
  if (type === "date" && value instanceof Date) return encodeDate(value, zone);
  if (type === "timestamp" && value instanceof Date) return encodeTimestamp(value, zone);
  if (type === "raw" && Buffer.isBuffer(value)) return value;
  if (type === "boolean" && typeof value === "number") return Buffer.from(value === 0 ? [0] : [1, 1]);
  throw new Error(`the engine gave ${describe(value)} for a ${type}`);
}

/** A CLOB's text, null for NULL. */
export function clobText(value: Value): string | null {
  if (value === null || typeof value === "string") return value;
  throw new Error(`the engine gave ${describe(value)} for a clob`);
}

/** Whether a column that the client defined with this type comes as plain text instead of a locator. */
export function isFetchedAsText(code: number): boolean {
  return code === TYPE.long || code === TYPE.longVarchar;
}

function describe(value: Value): string {
  if (value === null) return "null";
  return value instanceof Date ? "a date" : Buffer.isBuffer(value) ? "bytes" : `a ${typeof value}`;
}

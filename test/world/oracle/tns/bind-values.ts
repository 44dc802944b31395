import { type Bind, type Call, OraError, type Value } from "../engine.ts";
import { type BindMetadata, checkBindType } from "./bind-metadata.ts";
import { zoneOf } from "./data-type.ts";
import { type Lobs, renderClob } from "./lobs.ts";
import { MESSAGE } from "./protocol.ts";
import { unsupported } from "./statement.ts";
import { clobText, encodeValue } from "./value.ts";
import { decodeDate } from "./wire/date.ts";
import { decodeNumber } from "./wire/number.ts";
import { type Reader, WireError } from "./wire/reader.ts";
import { Writer } from "./wire/writer.ts";

const LONGEST_STRING = 32_767;
const NULL_BOOLEAN = 253;
const DIRECTION = { in: 32, inOut: 48 } as const;

interface BindPlace {
  kind: Call["kind"];
  lobs: Lobs;
}

/** Reads the one row of bind values that follows the descriptions, in the order of the binds. */
export function readBindValues(reader: Reader, binds: BindMetadata[], place: BindPlace): Value[] {
  if (binds.length === 0) return [];
  if (reader.u8() !== MESSAGE.row) throw new WireError("bind values do not follow their descriptions");
  const values = new Map<BindMetadata, Value>();
  // Outside of blocks, values too long for a string come after all others, as LONG data.
  const isLate = (bind: BindMetadata) => place.kind !== "block" && bind.maxBytes > LONGEST_STRING;
  for (const bind of [...binds.filter((bind) => !isLate(bind)), ...binds.filter(isLate)])
    values.set(bind, readValue(reader, bind, place.lobs));
  if (reader.left > 0 && reader.bytes.readUInt8(reader.position) === MESSAGE.row)
    throw unsupported("A batch of several bind rows");
  return binds.map((bind) => values.get(bind) ?? null);
}

function readValue(reader: Reader, bind: BindMetadata, lobs: Lobs): Value {
  const type = checkBindType(bind);
  if (type === "clob") return readClob(reader, lobs);
  if (type === "boolean") return readBoolean(reader);
  const bytes = reader.data();
  if (bytes === null) return null;
  if (type === "text") return bytes.toString("utf8");
  if (type === "number") return decodeNumber(bytes);
  return type === "raw" ? Buffer.from(bytes) : decodeDate(bytes, zoneOf(bind.code));
}

function readClob(reader: Reader, lobs: Lobs): string | null {
  const locator = reader.optionalData();
  return locator === null ? null : lobs.text(locator);
}

function readBoolean(reader: Reader): number | null {
  if (reader.left > 0 && reader.bytes.readUInt8(reader.position) === NULL_BOOLEAN) {
    reader.skip(2);
    return null;
  }
  return reader.data()?.at(-1) ?? 0;
}

/** Binds by name, as engines take them. Throws where one name came with two values. */
export function bindsByName(binds: BindMetadata[], values: Value[]): Map<string, Bind> {
  const named = new Map<string, Bind>();
  binds.forEach((bind, index) => {
    const value = values[index] ?? null;
    const first = named.get(bind.name);
    if (first !== undefined && !isSame(first.value, value))
      throw unsupported(`Two values for the bind name ${bind.name}`);
    named.set(bind.name, { type: checkBindType(bind), value, maxBytes: bind.maxBytes });
  });
  return named;
}

function isSame(left: Value, right: Value): boolean {
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  return Buffer.isBuffer(left) && Buffer.isBuffer(right) ? left.equals(right) : left === right;
}

interface OutValues {
  binds: BindMetadata[];
  /** As the client sent them. */
  given: ReadonlyMap<string, Bind>;
  values: Record<string, Value>;
  lobs: Lobs;
}

/**
 * The answer of a block with binds: directions, then the values that come back. Notes the directions in `binds`.
 * A bind that went in as null may be OUT only, so it comes back as null where the engine gave nothing.
 */
export function renderOutValues({ binds, given, values, lobs }: OutValues): Buffer {
  const stray = Object.keys(values).find((name) => !given.has(name));
  if (stray !== undefined) throw new Error(`the engine gave a value for ${stray}, which is not bound`);
  if (binds.length === 0) return Buffer.alloc(0);
  const comesBack = ({ name }: BindMetadata) => Object.hasOwn(values, name) || given.get(name)?.value === null;
  for (const bind of binds) bind.direction = comesBack(bind) ? "inOut" : "in";
  const out = binds.filter((bind) => bind.direction !== "in");
  const writer = new Writer()
    .u8(MESSAGE.ioVector, 0)
    .ub(binds.length % 256, Math.floor(binds.length / 256))
    .zeros(4)
    .u8(...binds.map((bind) => DIRECTION[bind.direction]));
  if (out.length > 0) writer.u8(MESSAGE.row);
  for (const bind of out) writer.raw(outValue(bind, values[bind.name] ?? null, lobs)).ub(0); // not truncated
  return writer.done();
}

function outValue(bind: BindMetadata, value: Value, lobs: Lobs): Buffer {
  const type = checkBindType(bind);
  if (type === "clob") return renderClob(lobs, clobText(value), "temporary");
  const bytes = encodeValue(type, value, zoneOf(bind.code));
  if ((type === "text" || type === "raw") && bytes !== null && bytes.length > bind.maxBytes)
    throw new OraError(6502, [
      "ORA-06502: PL/SQL: numeric or value error: character string buffer too small",
      "ORA-06512: at line 1",
    ]);
  return new Writer().data(bytes).done();
}

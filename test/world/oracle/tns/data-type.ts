import type { Bind, Column } from "../engine.ts";

/** Type codes of the wire that this server reads or writes. */
export const TYPE = {
  varchar: 1,
  number: 2,
  integer: 3,
  long: 8,
  date: 12,
  raw: 23,
  longRaw: 24,
  longVarchar: 94,
  char: 96,
  clob: 112,
  timestamp: 180,
  timestampWithZone: 181,
  timestampWithLocalZone: 231,
  boolean: 252,
} as const;

const BIND_TYPES: ReadonlyMap<number, Bind["type"]> = new Map([
  [TYPE.varchar, "text"],
  [TYPE.char, "text"],
  [TYPE.long, "text"],
  [TYPE.number, "number"],
  [TYPE.integer, "number"],
  [TYPE.date, "date"],
  [TYPE.timestamp, "timestamp"],
  [TYPE.timestampWithZone, "timestamp"],
  [TYPE.timestampWithLocalZone, "timestamp"],
  [TYPE.raw, "raw"],
  [TYPE.longRaw, "raw"],
  [TYPE.clob, "clob"],
  [TYPE.boolean, "boolean"],
]);

/** What an engine calls the type of a bind; null for one that this server does not know. */
export function bindTypeOf(code: number): Bind["type"] | null {
  return BIND_TYPES.get(code) ?? null;
}

/** A column's code, its size where the engine gives none, and whether it is made of characters. */
export const COLUMN_TYPES: Readonly<Record<Column["type"], { code: number; bytes: number; characters: boolean }>> = {
  text: { code: TYPE.varchar, bytes: 4000, characters: true },
  number: { code: TYPE.number, bytes: 22, characters: false },
  date: { code: TYPE.date, bytes: 7, characters: false },
  timestamp: { code: TYPE.timestamp, bytes: 11, characters: false },
  raw: { code: TYPE.raw, bytes: 2000, characters: false },
  clob: { code: TYPE.clob, bytes: 4000, characters: true },
};

/** Whether a timestamp's fields on the wire are UTC. */
export function zoneOf(code: number): "utc" | "local" {
  return code === TYPE.timestampWithZone || code === TYPE.timestampWithLocalZone ? "utc" : "local";
}

import { OraError } from "../../engine.ts";
import type { Scalar } from "./packages.ts";

type Function = (args: readonly Scalar[], stack: string) => Scalar;

/** Functions of the language that blocks may use. */
export const BUILT_IN: ReadonlyMap<string, Function> = new Map<string, Function>([
  ["SUBSTR", ([text, from, length]) => substr(text ?? null, Number(from), length ?? null)],
  ["CHR", ([code]) => String.fromCodePoint(Number(code))],
  ["TO_NUMBER", ([text]) => toNumber(text ?? null)],
  ["TO_CHAR", ([value]) => (value === null || value === undefined ? null : String(value))],
  ["NVL", ([value, other]) => value ?? other ?? null],
  ["DBMS_UTILITY.FORMAT_ERROR_STACK", (_args, stack) => stack],
  ["DBMS_ASSERT.ENQUOTE_NAME", ([name, capitalize]) => enquote(name ?? null, capitalize ?? null)],
  ["TRUE", () => "TRUE"],
  ["FALSE", () => "FALSE"],
]);

function substr(text: Scalar, from: number, length: Scalar): Scalar {
  if (text === null) return null;
  const whole = String(text);
  const end = length === null ? whole.length : from - 1 + Number(length);
  // An empty string is NULL in Oracle.
  return whole.slice(from - 1, end) || null;
}

function toNumber(text: Scalar): Scalar {
  if (text === null) return null;
  if (!/^\s*-?\d+(\.\d+)?\s*$/.test(String(text)))
    throw new OraError(6502, ["ORA-06502: PL/SQL: numeric or value error: character to number conversion error"]);
  return Number(text);
}

function enquote(name: Scalar, capitalize: Scalar): string {
  const text = String(name ?? "");
  if (text === "" || text.includes('"')) throw new OraError(44003, ["ORA-44003: invalid SQL name"]);
  return `"${capitalize === "FALSE" ? text : text.toUpperCase()}"`;
}

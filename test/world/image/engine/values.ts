import type { Value } from "./ast.ts";
import { ora } from "./tokens.ts";

/** WHERE and IF take only true; null is not true. */
export function isTrue(value: Value): boolean {
  if (value === null || typeof value === "boolean") return value === true;
  throw ora(920, "invalid relational operator: a condition was expected");
}

/** Oracle's text of a value; the empty text is null. */
export function textOf(value: Value): string | null {
  if (value === null) return null;
  if (value instanceof Date) return formatDate(value, "YYYY-MM-DD HH24:MI:SS");
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  // Oracle writes .5, not 0.5.
  if (typeof value === "number") return String(value).replace(/^(-?)0\./, "$1.");
  return value === "" ? null : value;
}

/** ORA-01722 if the text is not a number. */
export function toNumber(value: Value): number | null {
  if (value === null) return null;
  if (typeof value === "number") return value;
  const text = String(value).trim();
  if (typeof value !== "string" || !/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text))
    throw ora(1722, "unable to convert string value containing characters to a number");
  return Number(text);
}

/** Below, above or at zero; null when one side is null. */
export function compare(left: Value, right: Value): number | null {
  if (left === null || right === null || left === "" || right === "") return null;
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime();
  if (typeof left === "number" || typeof right === "number") return toNumber(left)! - toNumber(right)!;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  const a = Buffer.from(textOf(left)!);
  const b = Buffer.from(textOf(right)!);
  return Buffer.compare(a, b);
}

const FIELDS: [string, (date: Date) => string][] = [
  ["YYYY", (date) => String(date.getUTCFullYear())],
  ["MM", (date) => two(date.getUTCMonth() + 1)],
  ["DD", (date) => two(date.getUTCDate())],
  ["HH24", (date) => two(date.getUTCHours())],
  ["MI", (date) => two(date.getUTCMinutes())],
  ["SS", (date) => two(date.getUTCSeconds())],
  ["FF3", (date) => String(date.getUTCMilliseconds()).padStart(3, "0")],
];

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** TO_CHAR of a date with the fields above, punctuation and quoted text; ORA-01821 for anything else. */
export function formatDate(date: Date, format: string): string {
  let rest = format;
  let out = "";
  while (rest !== "") {
    const quoted = /^"([^"]*)"/.exec(rest);
    const field = FIELDS.find(([name]) => rest.toUpperCase().startsWith(name));
    if (!quoted && !field && !/^[-\s:./,]/.test(rest)) throw ora(1821, "date format not recognized");
    out += quoted ? quoted[1]! : field ? field[1](date) : rest[0]!;
    rest = rest.slice(quoted ? quoted[0].length : field ? field[0].length : 1);
  }
  return out;
}

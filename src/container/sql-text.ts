import { SeedbedError } from "../problem/error.ts";

/** An Oracle name in double quotes. Throws for a name that no Oracle object can have or that contains a line break. */
export function sqlName(name: string): string {
  if (name === "" || /["\p{Cc}\p{Zl}\p{Zp}]/u.test(name) || Buffer.byteLength(name) > 128)
    throw refused("a name", name, "Use 1 to 128 bytes without double quotes and control characters.");
  return `"${name}"`;
}

/**
 * A string literal on one line. SQL*Plus takes a `;` at the end of a line for the end of the statement, also inside a
 * literal, and a `-` there for a continuation: so line ends become CHR(10), and no line is longer than SQL*Plus reads.
 */
export function sqlLiteral(text: string): string {
  if (text === "") return "NULL";
  if (text.includes("\0")) throw refused("a string", text, "Remove the NUL character.");
  const parts = text.match(/[\p{Cc}\p{Zl}\p{Zp}]|[^\p{Cc}\p{Zl}\p{Zp}]{1,400}/gu) ?? [];
  return parts.map((part) => (isControl(part) ? controlCharacter(part) : quoted(part))).join(" ||\n  ");
}

/** A privilege or role as written after GRANT, for example `SELECT ON HR.EMPLOYEES`. */
export function sqlGrant(grant: string): string {
  const word = String.raw`(?:[A-Za-z][A-Za-z0-9_$#]*|"[^"\p{Cc}]+")`;
  const list = String.raw`${word}(?: ${word})*(?: ?\(${word}(?:, ?${word})*\))?`;
  const clause = new RegExp(`^${list}(?:, ?${list})*(?: [Oo][Nn] (?:[A-Za-z]+ )?${word}(?:\\.${word})?)?$`, "u");
  if (clause.test(grant) && grant.length <= 1000 && !grant.includes("-")) return grant;
  throw refused("a grant", grant, "Write a privilege or role, and `ON owner.object` after an object privilege.");
}

/** A size such as `10Gi` in Oracle's format: `10G`. */
export function sqlSize(size: string): string {
  const [, whole, unit] = /^([1-9][0-9]{0,14})(Ki|Mi|Gi|Ti)$/.exec(size) ?? [];
  if (whole === undefined)
    throw refused("a size", size, "Write a whole number with Ki, Mi, Gi or Ti, for example 10Gi.");
  return `${whole}${unit![0]}`;
}

/** The value of an initialisation parameter as SQL text. */
export function sqlParameterValue(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "string" && /\p{Cc}/u.test(value))
    throw refused("a parameter's value", value, "Remove the control characters.");
  if (typeof value === "string") return value === "" ? "''" : quoted(value);
  if (!Number.isSafeInteger(value)) throw refused("a parameter's value", String(value), "Write a whole number.");
  return String(value);
}

function isControl(part: string): boolean {
  return /^[\p{Cc}\p{Zl}\p{Zp}]$/u.test(part);
}

function controlCharacter(part: string): string {
  const code = part.codePointAt(0)!;
  // Beyond ASCII CHR depends on the character set; the two-byte form of UNISTR does not.
  return code < 128 ? `CHR(${code})` : `UNISTR('\\${code.toString(16).padStart(4, "0")}')`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function refused(kind: string, text: string, fix: string): SeedbedError {
  return new SeedbedError("sql-text-refused", `${JSON.stringify(text)} is not valid as ${kind} in SQL.`, { fix });
}

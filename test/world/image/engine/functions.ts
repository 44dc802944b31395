import { createHash, randomBytes } from "node:crypto";
import type { Value } from "./ast.ts";
import type { Scope } from "./host.ts";
import { ora } from "./tokens.ts";
import { compare, formatDate, textOf, toNumber } from "./values.ts";

type Args = Value[];
const text = (args: Args, index: number): string => textOf(args[index] ?? null) ?? "";
const number = (args: Args, index: number, otherwise: number): number => toNumber(args[index] ?? null) ?? otherwise;
const orNull = (value: string): Value => (value === "" ? null : value);
const strict =
  (work: (args: Args) => Value) =>
  (args: Args): Value =>
    (args[0] ?? null) === null ? null : work(args);

const TEXT: Record<string, (args: Args, scope: Scope) => Value> = {
  UPPER: strict((args) => text(args, 0).toUpperCase()),
  LOWER: strict((args) => text(args, 0).toLowerCase()),
  INITCAP: strict((args) =>
    text(args, 0)
      .toLowerCase()
      .replace(/\b\w/g, (letter) => letter.toUpperCase()),
  ),
  LENGTH: strict((args) => text(args, 0).length),
  SUBSTR: strict((args) => substr(text(args, 0), number(args, 1, 1), args[2] ?? null)),
  INSTR: strict((args) => text(args, 0).indexOf(text(args, 1), number(args, 2, 1) - 1) + 1),
  REPLACE: strict((args) => orNull(text(args, 0).replaceAll(text(args, 1) || "\0", text(args, 2)))),
  TRANSLATE: strict((args) => orNull(translate(text(args, 0), text(args, 1), text(args, 2)))),
  TRIM: strict((args) => orNull(text(args, 0).replace(/^ +| +$/g, ""))),
  RTRIM: strict((args) => orNull(trimEnd(text(args, 0), args[1] === undefined ? " " : text(args, 1)))),
  LTRIM: strict((args) =>
    orNull(reverse(trimEnd(reverse(text(args, 0)), args[1] === undefined ? " " : text(args, 1)))),
  ),
  LPAD: strict((args) =>
    text(args, 0)
      .padStart(number(args, 1, 0), args[2] === undefined ? " " : text(args, 2))
      .slice(0, number(args, 1, 0)),
  ),
  RPAD: strict((args) =>
    text(args, 0)
      .padEnd(number(args, 1, 0), args[2] === undefined ? " " : text(args, 2))
      .slice(0, number(args, 1, 0)),
  ),
  CHR: (args) => String.fromCharCode(number(args, 0, 0)),
  UNISTR: strict((args) =>
    text(args, 0).replace(/\\([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  ),
  ASCII: strict((args) => text(args, 0).charCodeAt(0)),
  CONCAT: (args) => orNull(text(args, 0) + text(args, 1)),
  RAWTOHEX: strict((args) => text(args, 0)),
  STANDARD_HASH: strict((args) => hash(text(args, 0), args[1] === undefined ? "SHA1" : text(args, 1))),
  REGEXP_REPLACE: strict((args) =>
    orNull(text(args, 0).replace(regexp(text(args, 1), "g"), text(args, 2).replace(/\\(\d)/g, "$$$1"))),
  ),
  REGEXP_LIKE: strict((args) => regexp(text(args, 1), text(args, 2)).test(text(args, 0))),
  REGEXP_SUBSTR: strict((args) => regexp(text(args, 1), "").exec(text(args, 0))?.[0] ?? null),
  "#LIKE": (args) => like(args),
};

const OTHER: Record<string, (args: Args, scope: Scope) => Value> = {
  NVL: (args) => args[0] ?? args[1] ?? null,
  NVL2: (args) => (args[0] === null ? args[2]! : args[1]!),
  COALESCE: (args) => args.find((value) => value !== null) ?? null,
  NULLIF: (args) => (compare(args[0]!, args[1]!) === 0 ? null : args[0]!),
  DECODE: (args) => decode(args),
  GREATEST: (args) => [...args].sort((a, b) => -(compare(a, b) ?? 0))[0]!,
  LEAST: (args) => [...args].sort((a, b) => compare(a, b) ?? 0)[0]!,
  TO_CHAR: strict((args) => toChar(args)),
  TO_CLOB: (args) => args[0] ?? null,
  TO_NUMBER: strict((args) => toNumber(args[0]!)),
  TO_DATE: strict((args) => new Date(`${text(args, 0).replace(" ", "T")}${text(args, 0).length > 10 ? "Z" : ""}`)),
  MOD: strict((args) => number(args, 0, 0) % number(args, 1, 1)),
  ABS: strict((args) => Math.abs(number(args, 0, 0))),
  FLOOR: strict((args) => Math.floor(number(args, 0, 0))),
  CEIL: strict((args) => Math.ceil(number(args, 0, 0))),
  ROUND: strict((args) => scale(args, Math.round)),
  TRUNC: strict((args) =>
    args[0] instanceof Date ? new Date(args[0].toISOString().slice(0, 10)) : scale(args, Math.trunc),
  ),
  SYS_CONTEXT: (args, scope) => scope.host.sysContext(text(args, 0).toUpperCase(), text(args, 1).toUpperCase()),
  SYS_EXTRACT_UTC: (args) => args[0] ?? null,
  SYS_GUID: () => randomBytes(16).toString("hex").toUpperCase(),
  "DBMS_RANDOM.VALUE": (args) => number(args, 0, 0) + Math.random() * (number(args, 1, 1) - number(args, 0, 0)),
  "DBMS_RANDOM.STRING": (args) =>
    randomBytes(number(args, 1, 1))
      .toString("base64")
      .replace(/[^A-Za-z]/g, "x")
      .slice(0, number(args, 1, 1)),
  XS$NAME_LIST: (args) => args.map((value) => textOf(value)).join(","),
  // An access control entry travels as text to DBMS_NETWORK_ACL_ADMIN.
  XS$ACE_TYPE: (args) => `ACE:${text(args, 0)}:${text(args, 1)}`,
  "XS_ACL.PTYPE_DB": () => 2,
  "DBMS_SQL.OPEN_CURSOR": () => 1,
  "DBMS_SQL.NATIVE": () => 1,
  "DBMS_SQL.EXECUTE": () => 0,
  "DBMS_ASSERT.ENQUOTE_NAME": (args) => enquote(text(args, 0), args[1] !== false),
  "DBMS_ASSERT.ENQUOTE_LITERAL": (args) => `'${text(args, 0)}'`,
  "DBMS_ASSERT.SIMPLE_SQL_NAME": (args) => simpleName(text(args, 0)),
};

/** A built-in function's value; undefined when there is no such function. */
export function callFunction(name: string, args: Value[], scope: Scope): Value | undefined {
  const bare = name.replace(/^SYS\.(?=DBMS_)/, "");
  const work = TEXT[bare] ?? OTHER[bare];
  return work ? work(args, scope) : undefined;
}

function substr(value: string, start: number, length: Value): Value {
  const from = start > 0 ? start - 1 : start < 0 ? Math.max(0, value.length + start) : 0;
  return orNull(length === null ? value.slice(from) : value.slice(from, from + toNumber(length)!));
}

function translate(value: string, from: string, to: string): string {
  return Array.from(value)
    .map((letter) => (from.includes(letter) ? (to[from.indexOf(letter)] ?? "") : letter))
    .join("");
}

function trimEnd(value: string, set: string): string {
  let end = value.length;
  while (end > 0 && set.includes(value[end - 1]!)) end -= 1;
  return value.slice(0, end);
}

function reverse(value: string): string {
  return Array.from(value).toReversed().join("");
}

function hash(value: string, algorithm: string): string {
  const names: Record<string, string> = {
    SHA1: "sha1",
    SHA256: "sha256",
    SHA384: "sha384",
    SHA512: "sha512",
    MD5: "md5",
  };
  const name = names[algorithm.toUpperCase()];
  if (name === undefined) throw ora(43946, `unsupported hash algorithm ${algorithm}`);
  return createHash(name).update(value).digest("hex").toUpperCase();
}

function regexp(pattern: string, flags: string): RegExp {
  const classes: Record<string, string> = {
    digit: "0-9",
    alpha: "A-Za-z",
    alnum: "A-Za-z0-9",
    space: "\\s",
    upper: "A-Z",
    lower: "a-z",
  };
  return new RegExp(
    pattern.replace(/\[:(\w+):\]/g, (whole, name: string) => classes[name] ?? whole),
    flags.replace(/[^gi]/g, ""),
  );
}

function like(args: Args): Value {
  if (args[0] === null || args[1] === null) return null;
  const escape = args[2] === undefined ? null : text(args, 2);
  let pattern = "";
  const source = text(args, 1);
  for (let at = 0; at < source.length; at += 1) {
    const letter = source[at]!;
    if (letter === escape) pattern += escapeRegExp(source[(at += 1)] ?? "");
    else pattern += letter === "%" ? ".*" : letter === "_" ? "." : escapeRegExp(letter);
  }
  return new RegExp(`^${pattern}$`, "s").test(text(args, 0));
}

function escapeRegExp(letter: string): string {
  return letter.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function decode(args: Args): Value {
  for (let at = 1; at + 1 < args.length; at += 2) {
    const both = args[0] === null && args[at] === null;
    if (both || compare(args[0]!, args[at]!) === 0) return args[at + 1]!;
  }
  return args.length % 2 === 0 ? args.at(-1)! : null;
}

function toChar(args: Args): Value {
  const [value] = args;
  if (value instanceof Date) return formatDate(value, text(args, 1) || "YYYY-MM-DD HH24:MI:SS");
  if (args[1] === undefined) return textOf(value!);
  const format = text(args, 1).toUpperCase();
  if (!/^(FM)?[09]+$|^TM9?$/.test(format)) throw ora(1481, "invalid number format model");
  return /^FM0+$/.test(format) ? String(toNumber(value!)).padStart(format.length - 2, "0") : textOf(toNumber(value!));
}

function scale(args: Args, work: (value: number) => number): number {
  const factor = 10 ** number(args, 1, 0);
  return work(number(args, 0, 0) * factor) / factor;
}

function enquote(name: string, capitalize: boolean): string {
  if (/^"[^"]+"$/.test(name)) return name;
  if (name.includes('"')) throw ora(44003, "invalid SQL name");
  return `"${capitalize ? name.toUpperCase() : name}"`;
}

function simpleName(name: string): string {
  if (!/^([A-Za-z][\w$#]*|"[^"]+")$/.test(name)) throw ora(44003, "invalid SQL name");
  return name;
}

import type { ErrorObject } from "ajv/dist/2020.js";
import type { Finding } from "./finding.ts";
import { joinOr, suggestName } from "../text/near-names.ts";
import { showSteps, type Steps } from "./place.ts";
import { quote } from "../text/quote.ts";
import type { SchemaBook, SchemaNode } from "./schema-book.ts";
import { correctSlip, exampleOf } from "./schema-example.ts";
import { isSecretKey } from "../text/secret-lines.ts";

/** Describes a value of the wrong type, form or size: what was found and what was expected. */
export function describeValueError(error: ErrorObject, at: Steps, book: SchemaBook): Finding {
  const node = book.nodeAt(at);
  const name = at.length === 0 ? "the file" : showSteps(at);
  const words = { error, name, node, value: error.data as unknown, remove: removalOf(at, book) };
  return { at, ...(DESCRIBE[error.keyword] ?? describeOther)(words) };
}

interface Subject {
  error: ErrorObject;
  name: string;
  node: SchemaNode | null;
  value: unknown;
  /** What could be removed instead; empty where nothing can. */
  remove: string;
}

function removalOf(at: Steps, book: SchemaBook): string {
  if (at.length === 0 || book.isRequired(at)) return "";
  return typeof at.at(-1) === "number" ? ", or remove the entry" : ", or remove the key";
}

type Words = Pick<Finding, "code" | "what" | "why" | "fix">;

const DESCRIBE: Record<string, (subject: Subject) => Words> = {
  type: describeType,
  enum: describeEnum,
  const: describeEnum,
  pattern: describePattern,
  minimum: describeRange,
  maximum: describeRange,
  minLength: describeLength,
  maxLength: describeLength,
  minItems: describeLength,
  maxItems: describeLength,
  minProperties: describeLength,
  maxProperties: describeLength,
};

function describeType({ error, name, node, value, remove }: Subject): Words {
  if (typeof value === "string" && isSecretKey(lastKey(name))) return secretInPlace(name);
  const expected = [error.params["type"]].flat().map((type) => TYPES[String(type)] ?? String(type));
  const stands = value === null ? `${name} is empty` : `${name} is ${nameType(value)}`;
  return {
    code: value === null ? "empty-value" : "wrong-type",
    what: stands,
    why: `expected ${expected.join(" or ")}`,
    fix:
      value === null
        ? `write a value, for example ${exampleOf(node)}${remove}`
        : fixType(value, node, String(error.params["type"])),
  };
}

/** A password instead of the reference to one: reported without repeating it. */
function secretInPlace(name: string): Words {
  return {
    code: "secret-in-file",
    what: `${name} is a string`,
    why: "expected the name and key of a Secret; a password in a file stays in the git history",
    fix: "write { name: …, key: … }; if this was a password, change it",
  };
}

function lastKey(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function fixType(value: unknown, node: SchemaNode | null, expected: string): string {
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean"))
    return `write it in quotes: "${String(value)}"`;
  if (expected === "boolean" && typeof value === "string" && /^(?:yes|on|y)$/i.test(value)) return "write true";
  if (expected === "boolean" && typeof value === "string" && /^(?:no|off|n)$/i.test(value)) return "write false";
  if (expected === "array" && typeof value === "string" && node?.items?.type !== "object" && isPlainWord(value))
    return `write a list: [${value}]`;
  if (expected === "integer" && typeof value === "string" && /^[0-9]+$/.test(value))
    return `write ${value} without quotes`;
  return `for example ${exampleOf(node)}`;
}

/** A text that means the same as an entry of `[…]`; one of several lines, for example, does not. */
function isPlainWord(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}_$./-]{0,59}$/u.test(text);
}

const TYPES: Record<string, string> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of keys",
  null: "nothing",
};

function nameType(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map of keys";
  if (typeof value === "number") return `the number ${value}`;
  return typeof value === "string" ? `the string ${quote(value)}` : JSON.stringify(value);
}

function describeEnum({ error, name, node, value }: Subject): Words {
  const allowed = [error.params["allowedValues"] ?? error.params["allowedValue"]].flat().map(String);
  return {
    code: "not-allowed",
    what: `${name} is ${quote(value)}`,
    why: allowed.length === 1 ? `it must be ${allowed[0]}` : `it can be ${joinOr(allowed)}`,
    fix: suggestName(String(value), allowed, `for example ${exampleOf(node)}`),
  };
}

function describePattern({ name, node, value }: Subject): Words {
  return {
    code: "bad-form",
    what: `${name} is ${quote(value)}`,
    why: `expected ${node?.patternErrorMessage ?? `a string that matches ${node?.pattern}`}`,
    fix: fixPattern(String(value), node),
  };
}

function fixPattern(value: string, node: SchemaNode | null): string {
  const text = correctSlip(value, node);
  return text === null ? `for example ${exampleOf(node)}` : `write ${text}`;
}

function describeRange({ error, name, value }: Subject): Words {
  const limit = Number(error.params["limit"]);
  const least = error.keyword === "minimum";
  return {
    code: "out-of-range",
    what: `${name} is ${String(value)}`,
    why: `the ${least ? "minimum" : "maximum"} is ${limit}`,
    fix: `write ${limit} or ${least ? "more" : "less"}`,
  };
}

function describeLength({ error, name, value, remove }: Subject): Words {
  const limit = Number(error.params["limit"]);
  const few = error.keyword.startsWith("min");
  const unit = unitOf(error.keyword);
  return {
    code: few ? "too-few" : "too-many",
    what: `${name} has ${few ? "" : "too many "}${few ? `no ${unit}` : unit}: ${countOf(value)}`.replace(/: 0$/, ""),
    why: `${few ? "at least" : "at most"} ${limit} ${unit} belong here`,
    fix: few ? `write at least ${limit === 1 ? "one" : limit}${remove}` : "make it shorter",
  };
}

function unitOf(keyword: string): string {
  if (keyword.endsWith("Length")) return "characters";
  return keyword.endsWith("Items") ? "entries" : "keys";
}

function countOf(value: unknown): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  return Object.keys(value as object).length;
}

function describeOther({ error, name, value }: Subject): Words {
  return {
    code: "bad-value",
    what: `${name} is ${quote(value)}`,
    why: `the schema says: ${error.message ?? error.keyword}`,
    fix: "see the key in the reference",
  };
}

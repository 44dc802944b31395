import type { ErrorObject, ValidateFunction } from "ajv";
import { type Document, isMap, isNode, isScalar } from "yaml";
import { limitPerFile } from "../problem/limit-problems.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import { composeYaml } from "./compose-yaml.ts";
import { openPlaces, type Place } from "./place.ts";

export interface YamlKind<T> {
  /** The subject of its problems' sentences: `the lock`. */
  noun: string;
  /** Code of all its problems. */
  code: string;
  validator: () => ValidateFunction<T>;
  /** What else a valid value has to be: a key of the top, what is wrong there, and how to fix that. */
  check?: (value: T) => { key: string; what: string; fix: string } | null;
  /** The fix of all its problems. */
  fix: string;
  docs: string;
}

/**
 * Reads one strict YAML document that Seedbed wrote: no aliases, tags, duplicate or unknown keys; every problem with its place.
 * Hand-written files have a separate reader with better advice.
 */
export function readGenerated<T>(text: string, path: string, kind: YamlKind<T>): Parsed<T> {
  const read = readValue(text, kind);
  if ("value" in read) return { ok: true, value: read.value, warnings: [] };
  const placeAt = openPlaces(text);
  const problems = read.faults.map((fault) => problemOf({ kind, path, place: placeAt(fault.offset, 1) }, fault));
  return { ok: false, problems: limitPerFile(problems) };
}

interface Fault {
  offset: number;
  /** What is wrong, after the noun. */
  what: string;
  /** Where it is another than the kind's. */
  fix?: string;
}

function readValue<T>(text: string, kind: YamlKind<T>): { value: T } | { faults: Fault[] } {
  const composed = composeYaml(text);
  if ("code" in composed) return { faults: [{ offset: composed.offset, what: `cannot be read: ${composed.what}` }] };
  const [document, second] = composed.documents;
  const errors = [...composed.errors, ...(document?.errors ?? []), ...(document?.warnings ?? [])];
  if (errors.length > 0)
    return { faults: errors.map(({ pos, message }) => ({ offset: pos[0], what: `is not valid YAML: ${message}` })) };
  if (document === undefined || second !== undefined)
    return { faults: [{ offset: 0, what: `must be exactly one YAML document, but has ${second ? "more" : "none"}` }] };
  const value = plainValue(document);
  if (value === undefined) return { faults: [{ offset: 0, what: "uses a YAML alias, which Seedbed never writes" }] };
  const validate = kind.validator();
  if (!validate(value)) return { faults: describeErrors(document, validate.errors ?? []) };
  const wrong = kind.check?.(value) ?? null;
  return wrong === null ? { value } : { faults: [{ ...wrong, offset: offsetOfKey(document, wrong.key) }] };
}

function describeErrors(document: Document.Parsed, errors: readonly ErrorObject[]): Fault[] {
  return describeSchemaErrors(errors).map(({ keys, where, what }) => ({
    offset: offsetOf(document, keys),
    what: `has an error at ${where}: ${what}`,
  }));
}

interface SchemaFinding {
  keys: string[];
  /** `last_attempt.generation`, or `the top` */
  where: string;
  what: string;
}

/** ajv's errors as places and sentences; the summary lines of if/then are left out, because their parts are more precise. */
export function describeSchemaErrors(errors: readonly ErrorObject[]): SchemaFinding[] {
  const telling = errors.filter((error) => error.keyword !== "if");
  return telling.map((error) => {
    const keys = error.instancePath
      .split("/")
      .slice(1)
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const extra = error.params as Record<string, unknown>;
    const unknown = extra["additionalProperty"] ?? extra["unevaluatedProperty"];
    const what = typeof unknown === "string" ? `unknown key "${unknown}"` : sentenceOf(error, extra);
    if (typeof unknown === "string") keys.push(unknown);
    return { keys, where: keys.join(".") || "the top", what };
  });
}

function sentenceOf(error: ErrorObject, extra: Record<string, unknown>): string {
  if (error.keyword === "enum") return `must be one of ${JSON.stringify(extra["allowedValues"])}`;
  if (error.keyword === "const") return `must be ${JSON.stringify(extra["allowedValue"])}`;
  if (error.keyword === "format") return "must be a time in UTC that exists, such as 2026-11-22T15:10:00Z";
  return error.message ?? `violates the rule ${error.keyword}`;
}

/** undefined when it contains an alias: Seedbed never writes one into a lock or permit. */
function plainValue(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** Offset of the deepest existing part of the path. */
function offsetOf(document: Document.Parsed, keys: string[]): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const node: unknown = document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** Offset of a key of the top, where it is and not what stands behind it. */
function offsetOfKey({ contents }: Document.Parsed, key: string): number {
  const pairs = isMap(contents) ? contents.items : [];
  const found = pairs.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key;
  return isScalar(found) ? (found.range?.[0] ?? 0) : 0;
}

interface FaultyFile {
  kind: Omit<YamlKind<never>, "validator" | "check">;
  path: string;
  place: Place;
}

function problemOf({ kind, path, place }: FaultyFile, { what, fix }: Fault): Problem {
  return {
    severity: "error",
    code: kind.code,
    path,
    line: place.line,
    column: place.column,
    what: `${kind.noun} ${what}`,
    why: "only Seedbed writes this file, so its format is checked strictly",
    fix: fix ?? kind.fix,
    docs: kind.docs,
  };
}

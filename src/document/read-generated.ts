import type { ErrorObject, ValidateFunction } from "ajv";
import { type Document, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from "yaml";
import type { Parsed, Problem } from "../problem/problem.ts";

export interface YamlKind<T> {
  /** The subject of its problems' sentences: `the lock`. */
  noun: string;
  /** Code of all its problems. */
  code: string;
  validate: ValidateFunction<T>;
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
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
  });
  const document = "empty" in documents ? undefined : documents[0];
  const at = (offset: number): PlaceInFile => ({ path, ...lineAndColumn(lines, offset) });
  if (document === undefined || documents.length !== 1)
    return {
      ok: false,
      problems: [problemOf(kind, at(0), `must be exactly one YAML document, but has ${documents.length}`)],
    };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0)
    return {
      ok: false,
      problems: faults.map((fault) => problemOf(kind, at(fault.pos[0]), `is not valid YAML: ${fault.message}`)),
    };
  const value = plainValue(document);
  if (value === undefined)
    return { ok: false, problems: [problemOf(kind, at(0), "uses a YAML alias, which Seedbed never writes")] };
  if (kind.validate(value)) {
    const wrong = kind.check?.(value) ?? null;
    if (wrong === null) return { ok: true, value, warnings: [] };
    const problem = problemOf(kind, at(offsetOfKey(document, wrong.key)), wrong.what);
    return { ok: false, problems: [{ ...problem, fix: wrong.fix }] };
  }
  const problems = describeSchemaErrors(kind.validate.errors ?? []).map((finding) =>
    problemOf(kind, at(offsetOf(document, finding.keys)), `has an error at ${finding.where}: ${finding.what}`),
  );
  return { ok: false, problems };
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

interface PlaceInFile {
  path: string;
  line: number;
  column: number;
}

function lineAndColumn(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
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

function problemOf(kind: Omit<YamlKind<never>, "validate">, place: PlaceInFile, what: string): Problem {
  return {
    severity: "error",
    code: kind.code,
    ...place,
    what: `${kind.noun} ${what}`,
    why: "only Seedbed writes this file, so its format is checked strictly",
    fix: kind.fix,
    docs: kind.docs,
  };
}

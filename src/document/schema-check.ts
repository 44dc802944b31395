import type { ErrorObject } from "ajv/dist/2020.js";
import { describeKeyError } from "./key-problems.ts";
import { lazyValidator } from "./own-schema.ts";
import { describeValueError } from "./value-problems.ts";
import type { Draft } from "./draft.ts";
import { describeFirst, type Finding } from "./finding.ts";
import type { Steps } from "./place.ts";
import { expandSchema, type SchemaBook } from "./schema-book.ts";

/** The result of a check: every finding, and the valid values with defaults filled in. */
export interface SchemaResult<T> {
  findings: Finding[];
  /** The whole document; null when it has a finding. */
  value: T | null;
  /** The document with undefined in place of each value that has a finding; empty when it is no map at all. */
  draft: Draft<T>;
}

/** Checks documents against one schema. */
export type SchemaCheck<T> = (value: unknown) => SchemaResult<T>;

/** What ajv itself does not know of these two schemas. */
const OPTIONS = {
  allErrors: true,
  useDefaults: true,
  verbose: true,
  keywords: ["patternErrorMessage", "alternatives"],
};

/** Compiles a schema once; the check never modifies its input. `T` is the schema's type: a test compares the two. */
export function compileSchema<T extends object>(book: SchemaBook): SchemaCheck<T> {
  const validator = lazyValidator<T>(expandSchema(book.schema, book.schema), OPTIONS);
  return (document) => {
    const validate = validator();
    const filled: unknown = structuredClone(document);
    if (validate(filled)) return { findings: [], value: filled, draft: filled as Draft<T> };
    const errors = withoutEchoes((validate.errors ?? []).filter(isOwnError));
    const findings = describeFirst(errors, (error) => describe(error, document, book));
    return { findings, value: null, draft: draftOf<T>(withoutUnsound(filled, errors)) };
  };
}

function draftOf<T extends object>(sound: unknown): Draft<T> {
  const isMap = typeof sound === "object" && sound !== null && !Array.isArray(sound);
  return (isMap ? sound : {}) as Draft<T>;
}

/** ajv reports a bad name of a map twice: the pattern, and propertyNames around it. */
function isOwnError(error: ErrorObject): boolean {
  return error.keyword !== "propertyNames";
}

/** A value of the wrong type gets no further findings about its form, size or choices. */
function withoutEchoes(errors: readonly ErrorObject[]): ErrorObject[] {
  const isType = ({ keyword }: ErrorObject) => keyword === "type";
  const mistyped = new Set(errors.filter(isType).map(({ instancePath }) => instancePath));
  return errors.filter((error) => isType(error) || !mistyped.has(error.instancePath));
}

function describe(error: ErrorObject, document: unknown, book: SchemaBook): Finding {
  const at = stepsOf(error.instancePath, document);
  const keyError = describeKeyError(error, at, book);
  return keyError ?? describeValueError(error, at, book);
}

/** A JSON pointer as steps; a step into a list is a number. */
function stepsOf(pointer: string, document: unknown): Steps {
  const names = pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  let value = document;
  return names.map((name) => {
    const step = Array.isArray(value) ? Number(name) : name;
    value = childOf(value, step);
    return step;
  });
}

function childOf(value: unknown, step: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string | number, unknown>)[step];
}

function withoutUnsound(document: unknown, errors: readonly ErrorObject[]): unknown {
  let sound = document;
  for (const error of errors) {
    const steps = stepsOf(error.instancePath, document);
    if (error.propertyName !== undefined) blank(sound, [...steps, error.propertyName]);
    else if (steps.length === 0 && error.keyword === "type") sound = undefined;
    else if (error.keyword !== "required" && error.keyword !== "additionalProperties") blank(sound, steps);
  }
  return sound;
}

/** The key stays, so that a rule can tell an invalid value from a missing one. */
function blank(document: unknown, steps: Steps): void {
  const last = steps.at(-1);
  const parent = steps.slice(0, -1).reduce(childOf, document);
  if (last === undefined || typeof parent !== "object" || parent === null) return;
  (parent as Record<string | number, unknown>)[last] = undefined;
}

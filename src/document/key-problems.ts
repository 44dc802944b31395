import type { ErrorObject } from "ajv/dist/2020.js";
import type { Finding } from "./finding.ts";
import { findNearNames, joinOr, listNames } from "../text/near-names.ts";
import { showSteps, type Steps } from "./place.ts";
import { quote } from "../text/quote.ts";
import { correctSlip, exampleOf } from "./schema-example.ts";
import { isSecretKey } from "../text/secret-lines.ts";
import type { SchemaBook, SchemaNode } from "./schema-book.ts";

/** A key that is unknown, missing or badly named; null for errors about values. */
export function describeKeyError(error: ErrorObject, at: Steps, book: SchemaBook): Finding | null {
  if (error.propertyName !== undefined) return badName(error, at);
  if (error.keyword === "additionalProperties") return unknownKey(String(error.params["additionalProperty"]), at, book);
  if (error.keyword === "required") return missingKey(String(error.params["missingProperty"]), at, book);
  return null;
}

function unknownKey(name: string, at: Steps, book: SchemaBook): Finding {
  const known = Object.keys(book.nodeAt(at)?.properties ?? {});
  return {
    code: isSecretKey(name) ? "secret-in-file" : "unknown-key",
    at: [...at, name],
    key: true,
    what: `${quote(name)} is not a key of ${nameParent(at)}`,
    why: `its keys are ${listNames(known)}`,
    fix: fixUnknownKey(name, known, book),
  };
}

function fixUnknownKey(name: string, known: string[], book: SchemaBook): string {
  if (isSecretKey(name))
    return "remove it and change that secret, because it has been in git; files only name where the cluster keeps a secret";
  const near = findNearNames(name, known);
  if (near.length > 0) return `did you mean ${joinOr(near)}?`;
  const elsewhere = book.keys.filter((key) => key.path.endsWith(`.${name}`)).map((key) => key.path);
  if (elsewhere.length > 0) return `remove it here; did you mean ${joinOr(elsewhere.slice(0, 3))}?`;
  return "remove it";
}

function missingKey(name: string, at: Steps, book: SchemaBook): Finding {
  const node = book.nodeAt([...at, name]);
  return {
    code: "missing-key",
    at,
    key: true,
    what: `${nameParent(at)} has no ${quote(name)}`,
    why: node?.description ?? "the key is required",
    fix: `add ${name}: ${exampleOf(node)}`,
  };
}

function badName(error: ErrorObject, at: Steps): Finding {
  const node = error.parentSchema as SchemaNode | undefined;
  const name = String(error.propertyName);
  const example = node?.examples?.[0];
  return {
    code: "bad-name",
    at: [...at, name],
    key: true,
    what: `${quote(name)} cannot be a name in ${nameParent(at)}`,
    why: `expected ${node?.patternErrorMessage ?? "a name"}`,
    fix: fixName(correctSlip(name, node ?? null), example),
  };
}

function fixName(meant: string | null, example: unknown): string {
  if (meant !== null) return `write ${meant}`;
  return example === undefined ? "write another name" : `write a name such as ${JSON.stringify(example)}`;
}

function nameParent(at: Steps): string {
  return at.length === 0 ? "the file" : showSteps(at);
}

/**
 * Makes `extract.json` from GitHub's OpenAPI description, in a folder where `@octokit/openapi` is installed:
 *
 *     node test/world/github/openapi/generate.ts <folder>/node_modules/@octokit/openapi
 *
 * The package unpacks to 385 MB, so it is not a dependency; the extract has the operations of `operations.txt` only.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Node = { [key: string]: Json };

const packageFolder = process.argv[2];
if (packageFolder === undefined) throw new Error("usage: generate.ts <folder of @octokit/openapi>");
const source = JSON.parse(readFileSync(join(packageFolder, "generated/api.github.com.json"), "utf8")) as Node;
const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string };
const wanted = readFileSync(join(import.meta.dirname, "operations.txt"), "utf8")
  .trim()
  .split("\n");

/** Texts and examples help people, not a validator. */
const DROPPED = new Set([
  "description",
  "summary",
  "example",
  "examples",
  "x-github",
  "externalDocs",
  "title",
  "operationId",
  "tags",
]);
const components: Record<string, Json> = {};

function slim(node: Json, isNames = false): Json {
  if (Array.isArray(node)) return node.map((item) => slim(item));
  if (node === null || typeof node !== "object") return node;
  if (typeof node["$ref"] === "string") return take(node["$ref"]);
  const kept: Node = {};
  for (const [key, value] of Object.entries(node)) {
    if (!isNames && DROPPED.has(key)) continue;
    kept[key] = slim(value, key === "properties");
  }
  return kept;
}

function take(reference: string): Json {
  const [, , section, name] = reference.split("/") as [string, string, string, string];
  const key = `${section}/${name}`;
  if (!(key in components)) {
    components[key] = null;
    components[key] = slim(((source["components"] as Node)[section] as Node)[name]!);
  }
  return section === "schemas" ? { $ref: `#/components/${section}/${name}` } : components[key]!;
}

const operations: Record<string, Json> = {};
for (const name of wanted) {
  const [method, path] = name.split(" ") as [string, string];
  const item = (source["paths"] as Node)[path] as Node | undefined;
  const operation = item?.[method.toLowerCase()] as Node | undefined;
  if (operation === undefined) throw new Error(`GitHub's description has no ${name}`);
  operations[name] = {
    parameters: slim(operation["parameters"] ?? []),
    requestBody: slim(operation["requestBody"] ?? null),
  };
}
const schemas = Object.fromEntries(
  Object.entries(components)
    .filter(([key]) => key.startsWith("schemas/"))
    .map(([key, value]) => [key.slice("schemas/".length), value]),
);
const extract = { source: `@octokit/openapi ${version}, api.github.com`, operations, components: { schemas } };
writeFileSync(join(import.meta.dirname, "extract.json"), `${JSON.stringify(extract)}\n`);

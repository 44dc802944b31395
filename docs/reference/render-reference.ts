import type { SchemaBook, SchemaNode } from "../../src/document/schema-book.ts";
import { KEY_TABLE } from "../../src/digests/key-table.ts";

const BEGIN = "<!-- keys: generated from the schema by `node docs/reference/write-reference.ts`, do not edit below -->";

/** The page with everything after its mark generated from the schema: one heading, so one anchor, per key. */
export function renderReference(page: string, book: SchemaBook): string {
  const at = page.indexOf(BEGIN);
  if (at < 0) throw new Error(`The page has no line ${BEGIN}`);
  const sections = book.keys
    .filter(({ path }) => !path.endsWith("[]"))
    .map(({ path, node }) => renderKey({ path, node, required: isRequired(path, book), entry: entryOf(path, book) }));
  return `${page.slice(0, at)}${BEGIN}\n\n${sections.join("\n\n")}\n`;
}

function isRequired(path: string, book: SchemaBook): boolean {
  const dot = path.lastIndexOf(".");
  const parent = dot < 0 ? book.schema : book.keys.find((key) => key.path === path.slice(0, dot))?.node;
  return parent?.required?.includes(path.slice(dot + 1)) ?? false;
}

interface Key {
  path: string;
  node: SchemaNode;
  required: boolean;
  /** The entries of a list, if they have no keys. */
  entry: SchemaNode | null;
}

/** A list and its entries share one heading: `users` and `users[]` would have the same anchor. */
function entryOf(path: string, book: SchemaBook): SchemaNode | null {
  const entry = book.keys.find((key) => key.path === `${path}[]`)?.node;
  return entry === undefined || entry.properties ? null : entry;
}

function renderKey({ path, node, required, entry }: Key): string {
  const facts = [
    `Type: ${nameType(node)}`,
    required ? "required" : defaultOf(node),
    ...limitsOf(node),
    ...exampleOf(node),
  ].filter((fact) => fact !== null);
  const entries = entry ? `Each entry: ${[nameType(entry), ...limitsOf(entry), ...exampleOf(entry)].join(" · ")}` : "";
  const cost = costOf(entry ? `${path}[]` : path) ?? "";
  return [`### ${path}`, node.description ?? "", facts.join(" · "), entries, cost]
    .filter((text) => text !== "")
    .join("\n\n");
}

function nameType(node: SchemaNode): string {
  const types = [node.type ?? "text"].flat().map((type) => NAMES[type] ?? type);
  return types.join(", ");
}

const NAMES: Record<string, string> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  array: "list",
  object: "map of keys",
};

function defaultOf(node: SchemaNode): string | null {
  if (node.default === undefined) return null;
  const empty = typeof node.default === "object" && node.default !== null && Object.keys(node.default).length === 0;
  if (empty) return node.type === "array" ? "default: empty" : null;
  return `default: \`${show(node.default)}\``;
}

function limitsOf(node: SchemaNode): string[] {
  const { minimum, maximum } = node;
  const range = minimum === undefined || maximum === undefined ? [] : [`${minimum} to ${maximum}`];
  const choices = node.enum ? [`one of ${node.enum.map((value) => `\`${show(value)}\``).join(", ")}`] : [];
  return [...range, ...choices, ...(node.patternErrorMessage ? [node.patternErrorMessage] : [])];
}

function exampleOf(node: SchemaNode): string[] {
  return node.examples?.[0] === undefined ? [] : [`for example \`${show(node.examples[0])}\``];
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const COSTS: Record<string, string> = {
  seed_inputs: "a new export",
  import_inputs: "a new import of the same dump",
  runtime: "a new image over the same dump",
};

function costOf(path: string): string | null {
  if (!Object.hasOwn(KEY_TABLE, path)) return null;
  const { digests, restart } = KEY_TABLE[path]!;
  if (digests.length === 0) return "Changing it has no effect on the database: it only says where something is.";
  const costs = digests.flatMap((digest) => COSTS[digest] ?? []);
  if (costs.length === 0) return restart ? "A change restarts the database." : "Applied while the database runs.";
  return `A change costs ${costs.join(" and ")}${restart ? "; the pod starts again" : ""}.`;
}

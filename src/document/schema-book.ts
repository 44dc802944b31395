import type { Steps } from "./place.ts";

/** The part of JSON Schema that Seedbed's two schemas use. */
export interface SchemaNode {
  type?: string | string[];
  description?: string;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: boolean | SchemaNode;
  propertyNames?: SchemaNode;
  required?: string[];
  /** Keys of which some have to be there; a rule knows which. */
  alternatives?: string[];
  items?: SchemaNode;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  pattern?: string;
  patternErrorMessage?: string;
  minimum?: number;
  maximum?: number;
  $ref?: string;
  $defs?: Record<string, SchemaNode>;
}

/** Looks up the keys of a document in a schema. */
export interface SchemaBook {
  schema: SchemaNode;
  /** The schema of a value, references resolved; null where the schema knows no such key. */
  nodeAt(steps: Steps): SchemaNode | null;
  /** Whether the map around a key cannot do without it, or only by way of others; false for an entry of a list. */
  isRequired(steps: Steps): boolean;
  /** Anchor of the nearest documented key. */
  docsOf(steps: Steps): string;
  /** Every key with its schema, in the schema's order: `database.users[].name`, `database.parameters.<name>`. */
  keys: { path: string; node: SchemaNode }[];
}

/** The book of a schema whose keys are documented on one page. */
export function openSchemaBook(schema: SchemaNode, page: string): SchemaBook {
  const resolve = (node: SchemaNode) => resolveReference(node, schema);
  const nodeAt = (steps: Steps) => descend(schema, steps, resolve)?.node ?? null;
  const isRequired = (steps: Steps) => {
    const { required = [], alternatives = [] } = nodeAt(steps.slice(0, -1)) ?? {};
    return [...required, ...alternatives].includes(String(steps.at(-1)));
  };
  const docsOf = (steps: Steps) => `${page}#${anchorOf(nearestKey(schema, steps, resolve))}`;
  return { schema, nodeAt, isRequired, docsOf, keys: listKeys({ path: "", node: schema }, resolve) };
}

/** The schema with every reference written out: a validator fills in only defaults that it sees at the key itself. */
export function expandSchema(node: SchemaNode, schema: SchemaNode): SchemaNode {
  const { $defs: _, ...own } = resolveReference(node, schema);
  const expand = (child: SchemaNode) => expandSchema(child, schema);
  const others = own.additionalProperties;
  return {
    ...own,
    ...(own.properties && {
      properties: Object.fromEntries(Object.entries(own.properties).map(([name, child]) => [name, expand(child)])),
    }),
    ...(typeof others === "object" && { additionalProperties: expand(others) }),
    ...(own.propertyNames && { propertyNames: expand(own.propertyNames) }),
    ...(own.items && { items: expand(own.items) }),
  };
}

/** The anchor that a heading with this key gets on GitHub: lower case, letters, digits, `_` and `-` only. */
function anchorOf(keyPath: string): string {
  return keyPath === "" ? "keys" : keyPath.toLowerCase().replace(/[^a-z0-9_-]/g, "");
}

interface Key {
  path: string;
  node: SchemaNode;
}

function resolveReference(node: SchemaNode, schema: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const target = schema.$defs?.[node.$ref.replace("#/$defs/", "")];
  if (!target) throw new TypeError(`The schema has no ${node.$ref}.`);
  const { $ref: _, ...own } = node;
  return { ...target, ...own };
}

function step(from: Key, name: string | number, resolve: (node: SchemaNode) => SchemaNode): Key | null {
  if (typeof name === "number")
    return from.node.items ? { path: `${from.path}[]`, node: resolve(from.node.items) } : null;
  const own = from.node.properties;
  const dot = from.path === "" ? "" : ".";
  if (own && Object.hasOwn(own, name)) return { path: from.path + dot + name, node: resolve(own[name]!) };
  const others = from.node.additionalProperties;
  if (typeof others === "object") return { path: `${from.path}${dot}<name>`, node: resolve(others) };
  return null;
}

function descend(schema: SchemaNode, steps: Steps, resolve: (node: SchemaNode) => SchemaNode): Key | null {
  let key: Key | null = { path: "", node: schema };
  for (const name of steps) key = key && step(key, name, resolve);
  return key;
}

function nearestKey(schema: SchemaNode, steps: Steps, resolve: (node: SchemaNode) => SchemaNode): string {
  for (let length = steps.length; length > 0; length--) {
    const key = descend(schema, steps.slice(0, length), resolve);
    if (key) return key.path;
  }
  return "";
}

function listKeys(key: Key, resolve: (node: SchemaNode) => SchemaNode): Key[] {
  const names: (string | number)[] = Object.keys(key.node.properties ?? {});
  if (key.node.items) names.push(0);
  if (typeof key.node.additionalProperties === "object") names.push("<name>");
  const children = names.map((name) => step(key, name, resolve)).filter((child) => child !== null);
  return children.flatMap((child) => [child, ...listKeys(child, resolve)]);
}

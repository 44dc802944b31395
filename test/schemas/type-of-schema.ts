/** The part of JSON Schema that Seedbed's schemas use, as far as it decides a type. */
export interface TypedSchema {
  type?: string | string[];
  /** `false` forbids a key. */
  properties?: Record<string, TypedSchema | boolean>;
  additionalProperties?: boolean | TypedSchema;
  required?: readonly string[];
  items?: TypedSchema;
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  $ref?: string;
  $defs?: Record<string, TypedSchema>;
  if?: TypedSchema;
  then?: TypedSchema;
  else?: TypedSchema;
  allOf?: readonly TypedSchema[];
}

type Definitions = Record<string, TypedSchema>;

const DIGEST = "^sha256:[0-9a-f]{64}$";

/**
 * The TypeScript type of the values that a schema accepts, once defaults are filled in: a key is optional if it is
 * neither required nor has a default. A condition makes a union where it distinguishes by a key's text or by which key
 * is there; a condition on a number says when optional keys are there, which the types leave to their readers.
 */
export function typeOfSchema(schema: TypedSchema, definitions = schema.$defs ?? {}): string {
  const shapes = shapesOf(resolve(schema, definitions));
  return shapes.map((shape) => typeOfShape(shape, definitions)).join(" | ");
}

function resolve(node: TypedSchema, definitions: Definitions): TypedSchema {
  if (node.$ref === undefined) return node;
  const { $ref, ...own } = node;
  const target = definitions[$ref.replace("#/$defs/", "")];
  if (target === undefined) throw new TypeError(`The schema has no ${$ref}.`);
  return { ...resolve(target, definitions), ...own };
}

/** A schema without its conditions: one shape for each way in which they can turn out. */
function shapesOf(node: TypedSchema): TypedSchema[] {
  const { allOf = [], if: condition, then: _then, else: _else, ...plain } = node;
  const all = condition === undefined ? allOf : [...allOf, node];
  return all.reduce<TypedSchema[]>((shapes, part) => shapes.flatMap((shape) => applyCondition(shape, part)), [plain]);
}

function applyCondition(shape: TypedSchema, { if: condition, then: met = {}, else: unmet = {} }: TypedSchema) {
  const [key, wanted] = Object.entries(condition?.properties ?? {})[0] ?? [];
  if (key === undefined) return [merge(shape, met), merge(shape, unmet)];
  const value = (wanted as TypedSchema).const;
  const choices = choicesOf(shape.properties?.[key]);
  // A condition on a number, and on which of several works a permit allows, only says which optional keys are there.
  if (typeof value !== "string" || choices === null || key === "work") return [shape];
  const others = choices.filter((choice) => choice !== value);
  const narrow = (next: TypedSchema) => ({ properties: { [key]: next } });
  return [
    ...(choices.includes(value) ? [merge(merge(shape, met), narrow({ const: value }))] : []),
    ...(others.length > 0 ? [merge(merge(shape, unmet), narrow({ enum: others }))] : []),
  ];
}

function choicesOf(node: TypedSchema | boolean | undefined): unknown[] | null {
  if (typeof node !== "object") return null;
  return node.const === undefined ? (node.enum === undefined ? null : [...node.enum]) : [node.const];
}

function merge(base: TypedSchema, more: TypedSchema): TypedSchema {
  return {
    ...base,
    ...more,
    properties: { ...base.properties, ...more.properties },
    required: [...(base.required ?? []), ...(more.required ?? [])],
  };
}

function typeOfShape(node: TypedSchema, definitions: Definitions): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map((choice) => JSON.stringify(choice)).join(" | ");
  if (node.pattern === DIGEST)
    return [node.type]
      .flat()
      .map((name) => (name === "null" ? "null" : "Digest"))
      .join(" | ");
  if (Array.isArray(node.type)) return node.type.map((type) => typeOfShape({ ...node, type }, definitions)).join(" | ");
  if (node.type === "object") return typeOfObject(node, definitions);
  if (node.type === "array") return `(${typeOfSchema(node.items ?? {}, definitions)})[]`;
  return (
    { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" }[node.type ?? ""] ??
    "unknown"
  );
}

function typeOfObject(node: TypedSchema, definitions: Definitions): string {
  const { properties = {}, required = [], additionalProperties: others } = node;
  const keys = Object.entries(properties).flatMap(([key, child]) => {
    if (typeof child !== "object") return [];
    const optional = required.includes(key) || resolve(child, definitions).default !== undefined ? "" : "?";
    return [`${JSON.stringify(key)}${optional}: ${typeOfSchema(child, definitions)}`];
  });
  if (typeof others === "object") return `Record<string, ${typeOfSchema(others, definitions)}>`;
  return `{ ${keys.join("; ")} }`;
}

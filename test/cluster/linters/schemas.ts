import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

type Json = Record<string, unknown>;

interface Kind {
  group: string;
  version: string;
  kind: string;
}

/**
 * Writes a JSON Schema for each kind of Kubernetes, one file each, as kubeconform looks for them: `statefulset-apps-v1.json`. They are made of the
 * description that Kubernetes publishes, and are strict: where that has `properties`, nothing else is allowed.
 */
export function convertPublished(swagger: string, folder: string): void {
  const write = writer(folder);
  const { definitions: published } = JSON.parse(readFileSync(swagger, "utf8")) as { definitions: Record<string, Json> };
  const strictly = Object.fromEntries(Object.entries(published).map(([name, one]) => [name, strict(one)]));
  strictly["io.k8s.apimachinery.pkg.api.resource.Quantity"] = AMOUNT;
  write("_definitions.json", { definitions: strictly });
  for (const [name, one] of Object.entries(published))
    for (const kind of (one["x-kubernetes-group-version-kind"] ?? []) as Kind[])
      write(fileOf(kind), ofKind(kind, strictly[name] as Json));
}

/** The schemas of the package kubernetes-validate. They name each other by addresses of a web site, and here by their files. */
export function rewriteForeign(from: string, folder: string): void {
  const write = writer(folder);
  for (const name of readdirSync(from)) {
    const text = readFileSync(join(from, name), "utf8").replaceAll('"/api/_definitions.json#', '"_definitions.json#');
    const { $id: _id, $schema: _schema, ...schema } = JSON.parse(text) as Json;
    write(name, schema);
  }
}

/** Adds the kinds of a CustomResourceDefinition, as strictly. */
export function addDefinition(text: string, folder: string): void {
  const { spec } = parse(text) as { spec: { group: string; names: { kind: string }; versions: Version[] } };
  for (const { name, schema } of spec.versions) {
    const kind = { group: spec.group, version: name, kind: spec.names.kind };
    writer(folder)(fileOf(kind), ofKind(kind, strict(schema.openAPIV3Schema)));
  }
}

function writer(folder: string): (name: string, schema: unknown) => void {
  mkdirSync(folder, { recursive: true });
  return (name, schema) => writeFileSync(join(folder, name), JSON.stringify(schema));
}

interface Version {
  name: string;
  schema: { openAPIV3Schema: Json };
}

const AMOUNT = { oneOf: [{ type: "string" }, { type: "number" }] };

function fileOf({ group, version, kind }: Kind): string {
  return `${[kind.toLowerCase(), group.split(".")[0], version].filter((part) => part !== "").join("-")}.json`;
}

function ofKind({ group, version, kind }: Kind, schema: Json): Json {
  const properties = {
    metadata: { type: "object" },
    ...(schema["properties"] as Json),
    apiVersion: { enum: [group === "" ? version : `${group}/${version}`] },
    kind: { enum: [kind] },
  };
  return { ...schema, properties, required: [...((schema["required"] ?? []) as string[]), "apiVersion", "kind"] };
}

function strict(value: Json): Json {
  if (value["format"] === "int-or-string") return { oneOf: [{ type: "string" }, { type: "integer" }] };
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, strictly(key, one)]));
  const isOpen = "additionalProperties" in inner || inner["x-kubernetes-preserve-unknown-fields"] === true;
  return "properties" in inner && !isOpen ? { ...inner, additionalProperties: false } : inner;
}

function strictly(key: string, value: unknown): unknown {
  if (key === "$ref") return (value as string).replace("#/", "_definitions.json#/");
  if (Array.isArray(value)) return value.map((one: unknown) => (isMap(one) ? strict(one) : one));
  if (!isMap(value)) return value;
  // Below `properties` a name is a field's and no keyword.
  if (key !== "properties") return strict(value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, strict(one as Json)]));
}

function isMap(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: object;
}

interface Operation {
  parameters: Parameter[];
  requestBody: null | { required?: boolean; content: Record<string, { schema: object }> };
}

interface Route {
  name: string;
  method: string;
  pattern: RegExp;
  operation: Operation;
}

/** A request as it leaves a client. */
export interface SentRequest {
  method: string;
  url: string;
  body: unknown;
}

/** Checks requests against GitHub's own OpenAPI description: names and shapes, not meaning. */
export class GitHubContract {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, coerceTypes: false });
  private readonly routes: Route[];
  private readonly validators = new Map<string, ValidateFunction>();

  constructor() {
    const text = readFileSync(join(import.meta.dirname, "extract.json"), "utf8");
    const extract = JSON.parse(text) as { operations: Record<string, Operation>; components: object };
    this.ajv.addSchema({ $id: "github", ...(withNull(extract.components) as object) });
    this.routes = Object.entries(extract.operations).map(([name, operation]) => toRoute(name, operation));
  }

  /** What is wrong with a request; empty when GitHub's description admits it. */
  violations(request: SentRequest): string[] {
    const { pathname, searchParams } = new URL(request.url);
    const fitting = this.routes.filter(({ method, pattern }) => method === request.method && pattern.test(pathname));
    // `commits/{ref}` fits `commits/main/check-runs` too: the longest name is the one that is meant.
    const route = fitting.toSorted((a, b) => b.name.length - a.name.length)[0];
    if (!route) return [`${request.method} ${pathname}: not an operation that is known here`];
    return [...this.query(route, searchParams), ...this.body(route, request.body)].map(
      (what) => `${route.name}: ${what}`,
    );
  }

  private query(route: Route, sent: URLSearchParams): string[] {
    const declared = route.operation.parameters.filter((parameter) => parameter.in === "query");
    const found: string[] = [];
    for (const [name, text] of sent) {
      const parameter = declared.find((candidate) => candidate.name === name);
      if (!parameter) found.push(`query "${name}" is not known`);
      else if (![text, readText(text)].some((value) => this.admits(`${route.name}?${name}`, parameter.schema, value)))
        found.push(`query "${name}" does not admit ${JSON.stringify(text)}`);
    }
    for (const { name, required } of declared)
      if (required && !sent.has(name)) found.push(`query "${name}" is missing`);
    return found;
  }

  private body(route: Route, body: unknown): string[] {
    const schema = route.operation.requestBody?.content["application/json"]?.schema;
    if (schema === undefined) return isEmpty(body) ? [] : ["a body is not known here"];
    if (body === undefined || body === null)
      return route.operation.requestBody?.required ? ["the body is missing"] : [];
    const validate = this.validator(route.name, closed(schema));
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      (error) => `body${error.instancePath} ${error.message ?? ""} ${JSON.stringify(error.params)}`,
    );
  }

  private admits(key: string, schema: object, value: unknown): boolean {
    return this.validator(key, schema)(value) === true;
  }

  private validator(key: string, schema: object): ValidateFunction {
    const known = this.validators.get(key) ?? this.ajv.compile(withNull(schema) as object);
    this.validators.set(key, known);
    return known;
  }
}

function toRoute(name: string, operation: Operation): Route {
  const [method, path] = name.split(" ") as [string, string];
  // `{ref}` and `{path}` are the two that may hold slashes.
  const pattern = path.replace(/\{(ref|path|basehead)\}/g, "(.+)").replace(/\{\w+\}/g, "([^/]+)");
  return { name, method, pattern: new RegExp(`^${pattern}$`), operation };
}

/** The top level is closed, so that a misspelt key shows. */
function closed(schema: object): object {
  const { properties } = schema as { properties?: object };
  return properties && !("oneOf" in schema) && !("anyOf" in schema)
    ? { ...schema, additionalProperties: false }
    : schema;
}

/** OpenAPI 3.0's `nullable` and its references, as JSON Schema has them. */
function withNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNull);
  if (node === null || typeof node !== "object") return node;
  const entries = Object.entries(node as Record<string, unknown>).filter(([key]) => key !== "nullable");
  const plain = Object.fromEntries(entries.map(([key, value]) => [key, reference(key, withNull(value))]));
  return (node as { nullable?: boolean }).nullable === true ? { anyOf: [{ type: "null" }, plain] } : plain;
}

function reference(key: string, value: unknown): unknown {
  if (key !== "$ref" || typeof value !== "string") return value;
  return value.replace("#/components/", "github#/");
}

function readText(text: string): unknown {
  if (/^\d+$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || (typeof body === "object" && Object.keys(body).length === 0);
}

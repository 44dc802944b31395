import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lockSchema } from "../../src/lock/lock-schema.ts";
import { seedResultSchema } from "../../src/lock/seed-result-schema.ts";
import { permitSchema } from "../../src/permit/permit-schema.ts";
import requestSchema from "../../src/request/schema.json" with { type: "json" };
import settingsSchema from "../../src/settings/schema.json" with { type: "json" };
import { typeOfSchema, type TypedSchema } from "./type-of-schema.ts";

const top = join(import.meta.dirname, "../..");

/** A rule (`checkKinds`) and not the schema says which keys the kinds of secrets have: its words are better. */
function withSecretsByKind(schema: TypedSchema): TypedSchema {
  const copy = structuredClone(schema);
  const clusters = copy.properties?.["clusters"] as TypedSchema | undefined;
  const cluster = clusters?.additionalProperties as TypedSchema | undefined;
  const registries = copy.properties?.["registries"] as TypedSchema | undefined;
  const seeds = registries?.properties?.["seeds"] as TypedSchema | undefined;
  byKind(cluster?.properties?.["secrets"], { made: ["store"], existing: [], optional: [] });
  byKind(cluster?.properties?.["certificates"], { made: ["issuer"], existing: ["name"], optional: [] });
  byKind(seeds?.properties?.["pull_secret"], { made: ["store", "key"], existing: ["name"], optional: ["property"] });
  return copy;
}

function byKind(
  node: TypedSchema | boolean | undefined,
  { made, existing, optional }: Record<"made" | "existing" | "optional", string[]>,
): void {
  const secrets = node as TypedSchema;
  const without = (keys: string[]) => Object.fromEntries(keys.map((key) => [key, false]));
  // Those that exist are there everywhere; the other kind is the first of each.
  secrets.if = { properties: { kind: { const: kindOf(secrets) } } };
  // oxlint-disable-next-line unicorn/no-thenable
  secrets.then = { required: made, properties: without(existing) };
  secrets.else = { required: existing, properties: without([...made, ...optional]) };
}

/** The first that `kind` may be. */
function kindOf({ properties = {} }: TypedSchema): unknown {
  const kind = properties["kind"];
  return typeof kind === "object" ? kind.enum?.[0] : undefined;
}

const pairs: [type: string, file: string, schema: TypedSchema][] = [
  ["DatabaseRequest", "src/request/request.ts", requestSchema],
  ["Settings", "src/settings/settings.ts", withSecretsByKind(settingsSchema as TypedSchema)],
  ["Lock", "src/lock/lock.ts", lockSchema],
  ["SeedResult", "src/lock/seed-result.ts", seedResultSchema],
  ["Permit", "src/permit/permit.ts", permitSchema as TypedSchema],
];

/** A copy of the lock's schema in which one part differs from the type. */
function damaged(change: (lock: TypedSchema & { properties: Record<string, TypedSchema> }) => void): TypedSchema {
  const copy = structuredClone<object>(lockSchema) as TypedSchema & { properties: Record<string, TypedSchema> };
  change(copy);
  return copy;
}

const damages: [name: string, schema: TypedSchema][] = [
  ["KeyMore", damaged((lock) => (lock.properties["colour"] = { type: "string" }))],
  ["KeyLess", damaged((lock) => delete lock.properties["reset"])],
  ["Optional", damaged((lock) => (lock.required = (lock.required ?? []).filter((key) => key !== "reset")))],
  ["OtherType", damaged((lock) => (lock.properties["reset"] = { type: "string" }))],
  ["OtherChoice", damaged((lock) => (lock.properties["version"] = { const: 2 }))],
  ["DeepKey", damaged((lock) => ((lock.properties["image"] as TypedSchema).properties!["base"] = false))],
];

/** Equality of two types after intersections and type names are written out. */
const EQUALITY = `
type Plain<T> = T extends (infer E)[] ? Plain<E>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(answer: Same<Plain<A>, Plain<B>>) => answer;
type Digest = import(${JSON.stringify(join(top, "src/crypto/digest.ts"))}).Digest;
`;

function compare(name: string, { type, file, schema }: { type: string; file: string; schema: TypedSchema }): string {
  return [
    EQUALITY,
    `import type { ${type} } from ${JSON.stringify(join(top, file))};`,
    `type ${name}BySchema = ${typeOfSchema(schema)};`,
    `export const check = same<${name}BySchema, ${type}>(true);`,
    // For a message that names the key.
    `export const there = (value: Plain<${name}BySchema>): Plain<${type}> => value;`,
    `export const back = (value: Plain<${type}>): Plain<${name}BySchema> => value;`,
  ].join("\n");
}

describe("a type and its JSON Schema say the same:", () => {
  const folder = mkdtempSync(join(tmpdir(), "seedbed-types-"));
  let said = "";

  beforeAll(async () => {
    for (const [type, file, schema] of pairs)
      writeFileSync(join(folder, `${type}.ts`), compare(type, { type, file, schema }));
    for (const [name, schema] of damages)
      writeFileSync(join(folder, `${name}.ts`), compare(name, { type: "Lock", file: "src/lock/lock.ts", schema }));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const options = {
      types: ["node"],
      typeRoots: [join(top, "node_modules/@types")],
      noUnusedLocals: false,
      rewriteRelativeImportExtensions: false,
    };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(top, "tsconfig.json"), compilerOptions: options, include: ["*.ts"] }),
    );
    const { all } = await execa("tsc", ["-p", folder, "--pretty", "false"], {
      cwd: folder,
      all: true,
      reject: false,
      preferLocal: true,
      localDir: top,
    });
    said = all;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const saidOf = (name: string) => said.split("\n").filter((line) => line.startsWith(`${name}.ts`));

  test.each(pairs)("%s", (type) => {
    expect(saidOf(type)).toEqual([]);
  });

  test("and nothing else was wrong", () => {
    const expected = damages.map(([name]) => `${name}.ts`);
    const others = said
      .split("\n")
      .filter((line) => /^\S/.test(line) && !expected.some((file) => line.startsWith(file)));
    expect(others).toEqual([]);
  });

  test.each(damages)("a difference is found: %s", (name) => {
    expect(saidOf(name).join("\n")).toContain("error TS");
  });
});

import { PROFILE_NAMES } from "../profiles/profiles.ts";

/** JSON Schema definitions that lock, permit and seed result share. */
export const digest = { type: "string", pattern: "^sha256:[0-9a-f]{64}$" } as const;

/** A moment in UTC with `Z`, to the second or finer: whoever compiles a schema with it passes `FORMATS`. */
export const time = { type: "string", format: "utc-time" } as const;

/** An identifier that is a whole number. */
export const numberText = { type: "string", pattern: "^(0|[1-9]\\d{0,30})$" } as const;

/** An object with exactly these keys; those in `optional` may be absent. */
export function strictObject(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: "object", additionalProperties: false, required, properties };
}

const text = { type: "string", minLength: 1 };
const strings = { type: "array", items: text };
const textMap = { type: "object", additionalProperties: text };
const scripts = { type: "array", items: strictObject({ path: text, text: { type: "string" } }) };
const table = strictObject({ name: text, where: text }, ["where"]);
const schemaScope = strictObject({ name: text, tables: { type: "array", items: table } }, ["tables"]);
const tablespace = strictObject({ name: text, size: text, max_size: text }, ["max_size"]);

const safety = strictObject({
  remove_db_links: { type: "boolean" },
  disable_jobs: { type: "boolean" },
  clear_network_access: { type: "boolean" },
  lock_accounts: { type: "boolean" },
});

const importInputs = strictObject({
  remap_schema: textMap,
  remap_tablespace: textMap,
  exclude: strings,
  allow_codes: strings,
  safety,
  tablespaces: { type: "array", items: tablespace },
  jobs_kept: strings,
  scripts: strictObject({ pre_import: scripts, masking: scripts }),
});

/** The schema of `Seed`. */
export const seedSchema = strictObject({
  source: text,
  scope: { type: "array", items: schemaScope },
  export: strictObject({
    parallel: { type: "integer", minimum: 1 },
    compression: { enum: ["none", "metadata_only", "data_only", "all"] },
    piece_size: text,
  }),
  target: strictObject({ profile: { enum: PROFILE_NAMES }, charset: text }),
  import: importInputs,
});

import { DATABASE_NAME } from "../layout/database-name.ts";
import { digest, numberText, seedSchema, strictObject, time } from "./seed-schema.ts";

const text = { type: "string", minLength: 1 };
const count = { type: "integer", minimum: 0 };
const generation = { type: "integer", minimum: 0 };
const digestOrNull = { type: ["string", "null"], pattern: digest.pattern };

/** The schema of `LockedDumpSet`. */
export const dumpSetSchema = strictObject({
  digest,
  files: { type: "integer", minimum: 1 },
  bytes: count,
  rows: count,
  scn: numberText,
  exported_at: time,
});

/** The name of a database: a folder in environments/, and part of a namespace's name. */
export const databaseName = { type: "string", pattern: `^${DATABASE_NAME}$` };

const attempt = {
  ...strictObject(
    {
      generation: { type: "integer", minimum: 1 },
      approval: digestOrNull,
      outcome: { enum: ["seeded", "failed"] },
      stage: text,
      code: text,
      error: text,
      at: time,
      run: text,
    },
    ["stage", "code", "error"],
  ),
  if: { properties: { outcome: { const: "failed" } } },
  // oxlint-disable-next-line unicorn/no-thenable
  then: { required: ["stage", "code", "error"] },
  else: { properties: { stage: false, code: false, error: false } },
};

const image = strictObject({ repository: text, digest, base: digest, platform: text });

const volume = strictObject(
  {
    size: { type: "string", pattern: "^[0-9]+(?:m|[kMGTPE]i?|Ki)?$" },
    access_mode: { enum: ["ReadWriteOnce", "ReadWriteOncePod"] },
    class: text,
  },
  ["class"],
);

/** The JSON Schema of seed.lock.yaml. */
export const lockSchema = {
  ...strictObject(
    {
      version: { const: 1 },
      database: databaseName,
      generation,
      last_attempt: attempt,
      approval: digestOrNull,
      digests: strictObject({ seed_inputs: digest, import_inputs: digest, runtime: digest }),
      seed: seedSchema,
      dump_set: dumpSetSchema,
      image,
      volume,
      reset: count,
    },
    ["last_attempt", "digests", "seed", "dump_set", "image", "volume"],
  ),
  // Before the first success these keys are absent; after it they are all required.
  if: { properties: { generation: { const: 0 } } },
  // oxlint-disable-next-line unicorn/no-thenable
  then: {
    properties: {
      digests: false,
      seed: false,
      dump_set: false,
      image: false,
      volume: false,
      approval: { type: "null" },
    },
  },
  else: { required: ["last_attempt", "digests", "seed", "dump_set", "image"] },
};

import { databaseName, dumpSetSchema } from "./lock-schema.ts";
import { digest, numberText, seedSchema, strictObject } from "./seed-schema.ts";

const text = { type: "string", minLength: 1 };
const strings = { type: "array", items: { type: "string" } };

const common = {
  version: { const: 1 },
  repositoryId: numberText,
  run: text,
  attempt: { type: "integer", minimum: 1 },
  database: databaseName,
  approval: digest,
  generation: { type: "integer", minimum: 1 },
};

const failed = strictObject({
  ...common,
  outcome: { enum: ["failed", "superseded"] },
  stage: text,
  code: text,
  text,
  fix: text,
  leftOnSource: strings,
});

const stage = strictObject({ name: text, seconds: { type: "number", minimum: 0 }, text: { type: "string" } });

const seeded = strictObject({
  ...common,
  outcome: { const: "seeded" },
  digests: strictObject({ seedInputs: digest, importInputs: digest, runtime: digest }),
  seed: seedSchema,
  dumpSet: dumpSetSchema,
  image: strictObject({ digest, base: digest, platform: text }),
  summary: strictObject({ stages: { type: "array", items: stage }, warnings: strings, leftOnSource: strings }),
});

/** The JSON Schema of seed-result.json. */
export const seedResultSchema = {
  type: "object",
  required: ["outcome"],
  properties: { outcome: { enum: ["seeded", "failed", "superseded"] } },
  if: { properties: { outcome: { const: "seeded" } } },
  // oxlint-disable-next-line unicorn/no-thenable
  then: seeded,
  else: failed,
};

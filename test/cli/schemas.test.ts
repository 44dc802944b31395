import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { permitSchema } from "../../src/permit/permit-schema.ts";
import { lockSchema } from "../../src/lock/lock-schema.ts";
import { seedResultSchema } from "../../src/lock/seed-result-schema.ts";
import requestSchema from "../../src/request/schema.json" with { type: "json" };
import settingsSchema from "../../src/settings/schema.json" with { type: "json" };

describe("the schemas", () => {
  // The product does not look: compiling the schema of schemas takes longer than everything else at a start.
  it.each(Object.entries({ requestSchema, settingsSchema, lockSchema, permitSchema, seedResultSchema }))(
    "are schemas by JSON Schema 2020-12: %s",
    (_name, schema) => {
      const ajv = new Ajv2020();
      expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
    },
  );

  it("would be found wrong here if they were", () => {
    expect(new Ajv2020().validateSchema({ ...lockSchema, required: "database" })).toBe(false);
  });
});

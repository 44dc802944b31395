import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROFILE_NAMES } from "../../src/profiles/profiles.ts";
import settingsSchema from "../../src/settings/schema.json" with { type: "json" };

test("the settings may name exactly the bases that are known", () => {
  expect(settingsSchema.properties.bases.additionalProperties.properties.profile.enum).toEqual(PROFILE_NAMES);
});

test("the container's runtime has a profile for each of them", () => {
  const folder = join(import.meta.dirname, "../../src/container/runtime/profiles");
  expect(readdirSync(folder).toSorted()).toEqual(PROFILE_NAMES.map((name) => `${name}.sh`).toSorted());
});

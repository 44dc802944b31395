import { Ajv2020 } from "ajv/dist/2020.js";
import type { Parsed } from "../problem/problem.ts";
import { readGenerated } from "../document/read-generated.ts";
import { lockSchema } from "./lock-schema.ts";
import type { Lock } from "./lock.ts";

// A test validates this schema, so it is not checked here: compiling the meta-schema costs ajv 0.1 s at every start.
const validate = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  strictRequired: false,
  validateSchema: false,
}).compile<Lock>(lockSchema);

/** The text of a seed.lock.yaml as a value, or every problem with its place. `path` is relative to the top of the repository. */
export function parseLock(text: string, path: string): Parsed<Lock> {
  return readGenerated<Lock>(text, path, {
    noun: "the lock",
    code: "lock-invalid",
    validate,
    fix: `restore the last version of ${path} that Seedbed wrote; \`git log\` shows it`,
    docs: "docs/reference/seed.lock.md",
  });
}

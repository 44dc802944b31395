import { Ajv2020 } from "ajv/dist/2020.js";
import { quote } from "../text/quote.ts";
import type { Parsed } from "../problem/problem.ts";
import { readGenerated } from "../document/read-generated.ts";
import { FORMATS } from "../document/utc-time.ts";
import { lockSchema } from "./lock-schema.ts";
import type { Lock } from "./lock.ts";

// A test validates this schema, so it is not checked here: compiling the meta-schema costs ajv 0.1 s at every start.
const validate = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  strictRequired: false,
  validateSchema: false,
  formats: FORMATS,
}).compile<Lock>(lockSchema);

/**
 * The text of a seed.lock.yaml as a value, or every problem with its place: the lock of another database is one, as after a
 * folder was copied. `path` is relative to the top of the repository.
 */
export function parseLock(text: string, path: string, database: string): Parsed<Lock> {
  return readGenerated<Lock>(text, path, {
    noun: "the lock",
    code: "lock-invalid",
    validate,
    check: ({ database: other }) =>
      other === database
        ? null
        : {
            key: "database",
            what: `is for ${quote(other)}, not for ${quote(database)}`,
            fix: `remove ${path} from a copied folder, or restore the last version of it that Seedbed wrote`,
          },
    fix: `restore the last version of ${path} that Seedbed wrote; \`git log\` shows it`,
    docs: "docs/reference/seed.lock.md",
  });
}

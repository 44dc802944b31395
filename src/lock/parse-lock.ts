import { quote } from "../text/quote.ts";
import type { Parsed } from "../problem/problem.ts";
import { readGenerated } from "../document/read-generated.ts";
import { lazyValidator } from "../document/own-schema.ts";
import { lockSchema } from "./lock-schema.ts";
import type { Lock } from "./lock.ts";

const validator = lazyValidator<Lock>(lockSchema, { allErrors: true });

/**
 * The text of a seed.lock.yaml as a value, or every problem with its place: the lock of another database is one, as after a
 * folder was copied. `path` is relative to the top of the repository.
 */
export function parseLock(text: string, path: string, database: string): Parsed<Lock> {
  return readGenerated<Lock>(text, path, {
    noun: "the lock",
    code: "lock-invalid",
    validator,
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

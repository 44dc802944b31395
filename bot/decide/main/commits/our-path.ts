import { databaseFileOf } from "../../../../src/layout/database-folder.ts";
import { isDatabaseName } from "../../../../src/layout/database-name.ts";

/** Path parts that cannot lead out of their folder. */
const PLAIN_PARTS = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Whether the bot may write or remove a path on main. GitHub cannot limit a ruleset bypass to paths, so this is the only limit. */
export function isOurPath(path: string): boolean {
  const file = databaseFileOf(path);
  if (file === null || !isDatabaseName(file.database)) return false;
  return file.generated && PLAIN_PARTS.test(file.below);
}

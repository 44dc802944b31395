import { SeedbedError } from "../../src/problem/error.ts";
import { placeOf } from "../../src/database/database-folder.ts";
import { isDatabaseName } from "../../src/database/database-name.ts";
import type { Hub } from "../hub/hub.ts";
import type { MainCommit } from "../decide/main/main-state.ts";

/** Path parts that cannot lead out of their folder. */
const PLAIN_PARTS = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Whether the bot may write or remove a path on main. GitHub cannot limit a ruleset bypass to paths, so this is the only limit. */
export function isOurPath(path: string): boolean {
  const place = placeOf(path);
  if (place === null || !isDatabaseName(place.database)) return false;
  return place.generated && PLAIN_PARTS.test(place.below);
}

/** Commits to main; the bot changes main in no other way. Returns "moved" if main is no longer at the expected head. */
export async function writeMain(
  hub: Hub,
  expectedHead: string,
  commit: Omit<MainCommit, "databases">,
): Promise<{ sha: string } | "moved"> {
  const paths = [...commit.write.map(({ path }) => path), ...commit.remove];
  const foreign = paths.filter((path) => !isOurPath(path));
  if (foreign.length > 0)
    throw new SeedbedError("main-path-forbidden", `The bot was about to change ${foreign.join(", ")} on main.`, {
      fix: "Nothing was written. This is a bug in the bot: please report it with this message.",
    });
  if (paths.length === 0) throw new Error("a commit without a change");
  const { write, remove, message } = commit;
  return hub.git.commitFiles({ branch: hub.repository.defaultBranch, expectedHead, message, write, remove });
}

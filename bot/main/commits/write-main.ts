import { SeedbedError } from "../../../src/error.ts";
import { placeOf } from "../../../src/layout/database-folder.ts";
import { isDatabaseName } from "../../../src/layout/database-name.ts";
import type { Hub } from "../../hub.ts";
import type { MainCommit } from "../main-state.ts";

/** Parts of a path that cannot lead out of their folder. */
const PLAIN_PARTS = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Whether the bot may write or remove a path on main: nothing limits a bypass to paths but this. */
export function isOurPath(path: string): boolean {
  const place = placeOf(path);
  if (place === null || !isDatabaseName(place.database)) return false;
  return place.generated && PLAIN_PARTS.test(place.below);
}

/** The only way in which the bot changes main. "moved" when main is no longer at the head that was looked at. */
export async function writeMain(
  hub: Hub,
  expectedHead: string,
  commit: MainCommit,
): Promise<{ sha: string } | "moved"> {
  const paths = [...commit.write.map(({ path }) => path), ...commit.remove];
  const foreign = paths.filter((path) => !isOurPath(path));
  if (foreign.length > 0)
    throw new SeedbedError("main-path-forbidden", `The bot was about to change ${foreign.join(", ")} on main.`, {
      fix: "Nothing was written: this is a fault of the bot. Report it with this text.",
    });
  if (paths.length === 0) throw new Error("a commit without a change");
  const { write, remove, message } = commit;
  return hub.git.commitFiles({ branch: hub.repository.defaultBranch, expectedHead, message, write, remove });
}

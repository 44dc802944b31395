import { SeedbedError } from "../../../src/error.ts";
import type { Hub } from "../../hub.ts";
import type { MainCommit } from "../main-state.ts";

// Every path that the bot may ever write on main: nothing limits a bypass to paths but this list.
const OURS =
  /^environments\/[a-z][a-z0-9-]{0,38}[a-z0-9]\/(?:approval\.yaml|seed\.lock\.yaml|manifests\/(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*)$/;

/** Whether the bot may write or remove a path on main. */
export function isOurPath(path: string): boolean {
  return OURS.test(path);
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

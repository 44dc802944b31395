import { SeedbedError } from "../../src/problem/error.ts";
import type { Hub } from "../hub/hub.ts";
import { isOurPath } from "../decide/main/commits/our-path.ts";
import type { MainCommit } from "../decide/main/main-state.ts";

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

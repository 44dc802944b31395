import { openListedTree } from "../../../src/database/listed-tree.ts";
import { openListing } from "../../../src/adapters/git/commit-tree.ts";
import { openMergeHistory } from "../../../src/adapters/git/merge-history.ts";
import type { MergeHistory } from "../../../src/ports/history.ts";
import type { BareRepository } from "../../world/github/git/bare-repository.ts";

/** The history of main in a bare repository, as `seedbed verify` reads it. */
export function readFixedTree(git: BareRepository): MergeHistory {
  return {
    ...openMergeHistory(git.folder, openListing(git.folder)),
    isShallow: async () => false,
    commitsThatChanged: async (...pathspecs) =>
      (await git.git(["log", "--first-parent", "--reverse", "--format=%H", "main", "--", ...pathspecs]))
        .split("\n")
        .filter(Boolean),
    treeAt: (commit) =>
      openListedTree({
        list: async (folder) => {
          const lines = (await git.git(["ls-tree", "-r", commit, "--", folder])).split("\n").filter(Boolean);
          return lines.map((line) => ({
            mode: line.slice(0, line.indexOf(" ")),
            path: line.slice(line.indexOf("\t") + 1),
          }));
        },
        read: async ({ path }) => Buffer.from(await git.git(["show", `${commit}:${path}`])),
      }),
  };
}

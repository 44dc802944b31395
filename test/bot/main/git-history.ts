import type { History } from "../../../src/use-cases/verify.ts";
import type { BareRepository } from "../../world/github/git/bare-repository.ts";

/** The history of main in a bare repository, as `seedbed verify` reads it. */
export function readFixedTree(git: BareRepository): History {
  return {
    isShallow: async () => false,
    commitsThatChanged: async (...pathspecs) =>
      (await git.git(["log", "--first-parent", "--reverse", "--format=%H", "main", "--", ...pathspecs]))
        .split("\n")
        .filter(Boolean),
    treeAt: (commit) => ({
      read: (path) => git.git(["show", `${commit}:${path}`]).catch(() => null),
      list: async (folder) =>
        (await git.git(["ls-tree", "-r", "--name-only", commit, "--", `${folder}/`])).split("\n").filter(Boolean),
    }),
  };
}

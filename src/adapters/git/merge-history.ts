import type { CommitFacts, MergeHistory } from "../../ports/history.ts";
import type { Listing } from "./commit-tree.ts";
import { runGit } from "./run-git.ts";

/** A command line holds at least 128 KiB on every system. */
const AT_ONCE = 1000;

/** What `seedbed verify` asks of a repository beside the files of its commits. */
export function openMergeHistory(
  top: string,
  listing: Listing,
): Pick<MergeHistory, "describe" | "has" | "filesAt" | "mergeBases" | "pullHead"> {
  const git = (args: string[]) => runGit(args, top);
  return {
    describe: async (commits) => {
      const found: CommitFacts[] = [];
      for (let start = 0; start < commits.length; start += AT_ONCE) {
        const some = commits.slice(start, start + AT_ONCE);
        const text = await git(["log", "--no-walk=unsorted", "-z", "--format=%H%n%P%n%s", ...some]);
        found.push(...text.split("\0").filter(Boolean).map(parseFacts));
      }
      return found;
    },
    has: async (commit) => (await git(["rev-list", "--no-walk", "--ignore-missing", commit])).trim() !== "",
    filesAt: async (commit) => (await listing(commit)).map(({ path, mode, object }) => ({ path, mode, blob: object })),
    // `one...other` is both, and each of their merge bases with a ^ (gitrevisions(7)): no exit code for none.
    mergeBases: async (one, other) =>
      (await git(["rev-parse", `${one}...${other}`]))
        .split("\n")
        .filter((line) => line.startsWith("^"))
        .map((line) => line.slice(1)),
    pullHead: async (number) =>
      (await git(["for-each-ref", "--format=%(objectname)", `refs/pull/${number}/head`])).trim() || null,
  };
}

function parseFacts(text: string): CommitFacts {
  const [commit = "", parents = "", subject = ""] = text.split("\n");
  return { commit, parents: parents.split(" ").filter(Boolean), subject };
}

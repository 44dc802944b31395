import type { Tree } from "../../ports/tree.ts";
import type { MergeHistory } from "../../ports/history.ts";
import { openCommitTree, openListing } from "./commit-tree.ts";
import { keepLatest } from "./keep-latest.ts";
import { openMergeHistory } from "./merge-history.ts";
import { BlobReader } from "./read-blobs.ts";
import { runGit } from "./run-git.ts";
import { openIndex, type WorkTreeIndex } from "./work-tree-index.ts";

/** A git checkout, read with the `git` program. */
export interface GitCheckout extends MergeHistory {
  /** Absolute path of the top folder. */
  top: string;
  /** Paths that differ from HEAD, untracked ones included; empty when the work tree is clean. */
  dirtyPaths(): Promise<string[]>;
  /** The last commit of a branch as far as this clone knows it: origin's as it was fetched last, else its own; null where it has neither. */
  tipOf(branch: string): Promise<string | null>;
  /** What git knows of the work tree beside its files. */
  index: WorkTreeIndex;
  /** null where there is no commit yet. */
  head(): Promise<string | null>;
  /** `user.name` as git has it, most often a name and not a login; empty where git has none. */
  gitUserName(): Promise<string>;
  /** Address of the remote `origin`; empty where there is none. */
  remoteAddress(): Promise<string>;
}

/** Opens the checkout that holds a folder. */
export async function openGitCheckout(folder: string): Promise<GitCheckout> {
  const git = (args: string[], cwd = folder) => runGit(args, cwd);
  const top = (await git(["rev-parse", "--show-toplevel"])).trim();
  // A command judges one commit, whatever is committed meanwhile.
  let newest: Promise<string | null> | null = null;
  const listing = openListing(top);
  const blobs = new BlobReader(top);
  return {
    top,
    dirtyPaths: async () =>
      parseStatus(await git(["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"], top)),
    tipOf: async (branch) => (await refOf(top, `refs/remotes/origin/${branch}`)) ?? refOf(top, `refs/heads/${branch}`),
    isShallow: async () => (await git(["rev-parse", "--is-shallow-repository"], top)).trim() === "true",
    commitsThatChanged: async (...pathspecs) => {
      const tip = await (newest ??= head(top));
      if (tip === null) return [];
      const text = await git(["rev-list", "--reverse", "--first-parent", tip, "--", ...pathspecs], top);
      return text.split("\n").filter((line) => line !== "");
    },
    treeAt: keepLatest((commit): Tree => openCommitTree(top, commit, { listing, blobs })),
    ...openMergeHistory(top, listing),
    index: openIndex(top),
    head: () => (newest ??= head(top)),
    gitUserName: async () => (await git(["config", "--default", "", "--get", "user.name"])).trim(),
    remoteAddress: async () => (await git(["config", "--default", "", "--get", "remote.origin.url"])).trim(),
  };
}

async function head(top: string): Promise<string | null> {
  const any = (await runGit(["rev-list", "--all", "--max-count=1"], top)).trim();
  return any === "" ? null : (await runGit(["rev-parse", "HEAD"], top)).trim();
}

/** The commit that a full name of a reference stands for; null where there is none. */
async function refOf(top: string, name: string): Promise<string | null> {
  const text = await runGit(["for-each-ref", "--format=%(refname) %(objectname)", name], top);
  const lines = text.split("\n").map((line) => line.split(" "));
  return lines.find(([found]) => found === name)?.[1] ?? null;
}

/** `-z` output: `XY path`; without renames, whose second entry would be a path alone. */
function parseStatus(text: string): string[] {
  return text
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => entry.slice(3));
}

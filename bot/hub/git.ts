import type { CommitTree } from "../../src/github/tree.ts";

export interface HubGit {
  /** null if the branch does not exist. */
  head(branch: string): Promise<string | null>;
  /** The branches whose names begin with a prefix. */
  branches(prefix: string): Promise<{ name: string; head: string }[]>;
  treeAt(commit: string): Promise<HubTree>;
  /** Commits of a branch that changed a path, newest first. */
  history(options: { ref: string; path?: string; limit: number }): Promise<CommitFacts[]>;
  mergeBase(base: string, head: string): Promise<string>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** Commits on top of `expectedHead` and moves the branch without force; "moved" if the branch has another head meanwhile. */
  commitFiles(change: BranchChange): Promise<{ sha: string } | "moved">;
  createBranch(name: string, at: string): Promise<void>;
}

/** The files of a commit, with their modes. */
export type HubTree = CommitTree;

export interface CommitFacts {
  sha: string;
  parents: string[];
  message: string;
  /** The account that GitHub attributes the commit to; null if it cannot. */
  author: { id: string; login: string } | null;
  committer: { id: string; login: string } | null;
}

export interface BranchChange {
  branch: string;
  expectedHead: string;
  message: string;
  write: { path: string; text: string }[];
  remove: string[];
}

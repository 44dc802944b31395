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
  /** The parents of a commit, the first one first. */
  parents(commit: string): Promise<string[]>;
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
  /** The account that GitHub attributes the commit to, by an e-mail address that anybody can write; null if it cannot. */
  author: PersonFacts | null;
  committer: PersonFacts | null;
}

/** An account of GitHub's: the id identifies it, the login is only shown. */
export interface PersonFacts {
  id: string;
  login: string;
  /** `User`, `Bot`, `Organization` or `Mannequin`. */
  type: string;
}

export interface BranchChange {
  branch: string;
  expectedHead: string;
  message: string;
  write: { path: string; text: string }[];
  remove: string[];
}

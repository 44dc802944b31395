import type { FileEntry } from "../merge/list-changed-paths.ts";
import type { Tree } from "./tree.ts";

/** A repository's history, as git has it. */
export interface History {
  /** Whether older commits are missing here, as in the clone that actions/checkout makes by default. */
  isShallow(): Promise<boolean>;
  /** Commits of the main line that changed any of the paths, oldest first; none where there is no commit yet. */
  commitsThatChanged(...pathspecs: string[]): Promise<string[]>;
  /** The files of a commit, named by its id. */
  treeAt(commit: string): Tree;
}

/** One whose merges can be looked at. */
export interface MergeHistory extends History {
  /** In the order of the commits that are asked for. */
  describe(commits: readonly string[]): Promise<CommitFacts[]>;
  /** Whether a commit is in this repository. */
  has(commit: string): Promise<boolean>;
  /** Everything below `environments/` and `.github/` at a commit. */
  filesAt(commit: string): Promise<FileEntry[]>;
  /** Every merge base of two commits: none if they have no commit in common. */
  mergeBases(one: string, other: string): Promise<string[]>;
  /** The last commit of a pull request, where `refs/pull/<number>/head` was fetched; null where it was not. */
  pullHead(number: string): Promise<string | null>;
}

export interface CommitFacts {
  commit: string;
  parents: string[];
  /** First line of the message. */
  subject: string;
}

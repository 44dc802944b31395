import type { Tree } from "./tree.ts";

/** The default branch of a repository at one moment. */
export interface MainCommit {
  /** As GitHub reports it, not as the run claims. */
  repository: { id: string; name: string; defaultBranch: string };
  /** The newest commit. */
  tip: string;
  /** Milliseconds since the epoch, by GitHub's clock. */
  now: number;
  /** The files of that commit. */
  tree: Tree;
}

/** Reads the default branch of the one repository that a run belongs to. */
export interface MainReader {
  /** Where it is now; nothing is kept from an earlier read but what cannot change. */
  read(): Promise<MainCommit>;
}

import type { PullFacts } from "../../hub/pulls.ts";

/** What a look at a pull request depends on, and had found when it was done. */
export interface Look {
  /** When it began, by GitHub's clock, in milliseconds. */
  at: number;
  pull: PullFacts;
  /** What several pull requests depend on, as it was then. */
  shared: SharedFacts;
  /** Ids of everybody who has reviewed the pull request. */
  reviewers: ReadonlySet<string>;
  /** Whether it has to be repeated whatever has changed: it is not finished, or something changed that it cannot know. */
  owed: boolean;
}

/** What pull requests depend on beside themselves. null is what a look did not ask for. */
export interface SharedFacts {
  /** The commit of main. */
  main: string | null;
  /** Digests of folders of databases, and of other files, on main, by path. */
  parts: ReadonlyMap<string, string>;
  /** The rules of main, as text. */
  rules: string | null;
  /** Ids of the members of teams, by team; null for one that GitHub does not know. */
  teams: ReadonlyMap<string, readonly string[] | null>;
}

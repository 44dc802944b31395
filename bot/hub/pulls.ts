import type { CommitFacts } from "./git.ts";

export interface PullFacts {
  number: number;
  /** Of the latest change, but not of each: a comment that was deleted does not show, nor does a check. */
  updatedAt: string;
  state: "open" | "closed";
  merged: boolean;
  mergedAt: string | null;
  mergeCommit: string | null;
  draft: boolean;
  author: { id: string; login: string };
  head: { sha: string; branch: string; repositoryId: string | null };
  base: { sha: string; branch: string };
  /** Slugs of teams whose review is requested and not given yet. */
  requestedTeams: string[];
  /** Logins of the people of whom the same is true. */
  requestedUsers: string[];
}

export interface ReviewFacts {
  id: string;
  user: { id: string; login: string; type: string } | null;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  commit: string | null;
  submittedAt: string;
}

export interface CommentFacts {
  id: string;
  user: { id: string; login: string; type: string } | null;
  /** The App that wrote it; null if none did. */
  appId: number | null;
  body: string;
  createdAt: string;
  updatedAt: string;
}

export interface HubPulls {
  open(): Promise<PullFacts[]>;
  get(number: number): Promise<PullFacts>;
  /** Paths that differ from the merge base; at most the 3000 that GitHub lists. */
  files(number: number): Promise<{ path: string; status: string }[]>;
  commits(number: number): Promise<CommitFacts[]>;
  reviews(number: number): Promise<ReviewFacts[]>;
  ofCommit(sha: string): Promise<PullFacts[]>;
  comments(number: number): Promise<CommentFacts[]>;
  writeComment(number: number, body: string): Promise<void>;
  updateComment(id: string, body: string): Promise<void>;
  requestTeams(number: number, teams: string[]): Promise<void>;
  /** People who pushed to a branch, according to GitHub's activity; null for a push that it cannot attribute. */
  pushers(branch: string): Promise<({ id: string; login: string } | null)[]>;
  /** The latest updates of a branch of every kind (`push`, `force_push`, `pr_merge`, …), newest first. */
  pushes(branch: string): Promise<PushFacts[]>;
  /** All updates of a branch since a time (milliseconds), newest first. */
  pushesSince(branch: string, since: number): Promise<PushFacts[]>;
}

export interface PushFacts {
  /** Id of GitHub's record of it. */
  id: string;
  at: string;
  before: string;
  after: string;
  kind: string;
  actor: { id: string; login: string } | null;
}

/** Issues opened by the App; their comments are read and written like those of a pull request. */
export interface HubIssues {
  /** The App's open and closed issues, without pull requests. */
  ours(): Promise<{ number: number; title: string }[]>;
  /** Returns the number of the new issue. */
  open(title: string, body: string): Promise<number>;
}

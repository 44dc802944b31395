import type { CommitFacts, PersonFacts } from "./git.ts";

export interface PullFacts {
  number: number;
  /** Of the latest change, but not of each: a comment that was deleted does not show, nor does a check. */
  updatedAt: string;
  state: "open" | "closed";
  merged: boolean;
  mergedAt: string | null;
  mergeCommit: string | null;
  draft: boolean;
  /** Whether GitHub can merge it into its base as that is now; null while it computes that, and in lists. */
  mergeable: boolean | null;
  /** The commit that GitHub made of base and head to test the merge: possibly of an earlier base or head. */
  testMerge: string | null;
  /** Whether GitHub merges it by itself once its rules are met. */
  autoMerge: boolean;
  author: PersonFacts;
  head: { sha: string; branch: string; repositoryId: string | null };
  base: { sha: string; branch: string };
  /** Slugs of teams whose review is requested and not given yet. */
  requestedTeams: string[];
  /** Logins of the people of whom the same is true. */
  requestedUsers: string[];
}

export interface ReviewFacts {
  id: string;
  user: PersonFacts | null;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  commit: string | null;
  submittedAt: string;
}

export interface CommentFacts {
  id: string;
  user: PersonFacts | null;
  /** The App that wrote it; null if none did. */
  appId: number | null;
  body: string;
  createdAt: string;
  updatedAt: string;
}

/** A path that a pull request changes. */
export interface ChangedFile {
  path: string;
  /** GitHub's word for it: `added`, `removed`, `modified`, `changed`, `copied`. A rename is a removed path and an added one. */
  status: string;
}

export interface HubPulls {
  open(): Promise<PullFacts[]>;
  get(number: number): Promise<PullFacts>;
  /** Paths that differ from the merge base; at most the 3000 that GitHub lists. */
  files(number: number): Promise<ChangedFile[]>;
  commits(number: number): Promise<CommitFacts[]>;
  reviews(number: number): Promise<ReviewFacts[]>;
  ofCommit(sha: string): Promise<PullFacts[]>;
  comments(number: number): Promise<CommentFacts[]>;
  writeComment(number: number, body: string): Promise<void>;
  updateComment(id: string, body: string): Promise<void>;
  requestTeams(number: number, teams: string[]): Promise<void>;
  /** Merges the base into the branch, in the App's name; "moved" if the head is another meanwhile. Refused if there is a conflict. */
  updateBranch(number: number, head: string): Promise<"updated" | "moved">;
  /** The latest updates of a branch of every kind (`push`, `force_push`, `pr_merge`, …), newest first. */
  pushes(branch: string): Promise<PushFacts[]>;
  /** All updates of a branch since a time (milliseconds), newest first; 0 for all that GitHub has. */
  pushesSince(branch: string, since: number): Promise<PushFacts[]>;
}

export interface PushFacts {
  /** Id of GitHub's record of it. */
  id: string;
  at: string;
  before: string;
  after: string;
  kind: string;
  actor: PersonFacts | null;
}

/** Issues opened by the App; their comments are read and written like those of a pull request. */
export interface HubIssues {
  /** The App's open and closed issues, without pull requests. */
  ours(): Promise<{ number: number; title: string }[]>;
  /** Returns the number of the new issue. */
  open(title: string, body: string): Promise<number>;
}

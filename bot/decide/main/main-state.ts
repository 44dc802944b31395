import type { Digest } from "../../../src/crypto/digest.ts";
import type { PermitVerdict } from "../../../src/permit/judge-permit.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import type { Failed, Seeded } from "../../../src/lock/seed-result.ts";
import type { DatabaseRequest, RequestFiles } from "../../../src/request/request.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { CommitFacts } from "../../hub/git.ts";
import type { CheckFacts } from "../../hub/checks.ts";
import type { PullFacts, ReviewFacts } from "../../hub/pulls.ts";
import type { RunFacts } from "../../hub/runs.ts";
import type { ChangeSet } from "../gate/change-set.ts";
import type { Contributors } from "../reviews/judge-reviews.ts";
import type { Account } from "../reviews/people.ts";

/** Everything that decides what has to be done on main, read from GitHub at one head. */
export interface MainState {
  repository: { id: string; name: string };
  botLogin: string;
  appId: number;
  head: string;
  /** GitHub's own clock, milliseconds since the epoch. */
  now: number;
  settings: Settings;
  databases: DatabaseState[];
  /** Folders with manifests and no request. */
  leftovers: { database: string; paths: string[] }[];
  /** Whether main has the bundle that deploys nothing: then the last manifests may go as well. */
  marker: boolean;
  /** As GitHub lists them; `orderState` sorts them. */
  runs: RunState[];
  /** Titles of runs that this process has started and that GitHub does not list yet. */
  started: string[];
  /** provision.yml on main; null if there is none. */
  workflow: WorkflowFacts | null;
  /** How the bases that moved came to main, by name; null for one whose change is too far back. */
  baseOrigins: ReadonlyMap<string, Origin | null>;
}

export interface WorkflowFacts {
  id: string;
  path: string;
  /** Id of the file's blob on main; null if there is no such file. */
  blob: string | null;
}

export interface DatabaseState {
  database: string;
  /** Of everything below its folder. */
  folder: Digest;
  files: RequestFiles;
  /** null if it has errors; `problem` is the first one. */
  request: DatabaseRequest | null;
  problem: string | null;
  /** Name of the source in the settings; null if the settings do not have the request's source. */
  source: string | null;
  lock: Lock;
  /** False for a lock that cannot be parsed: nothing is decided from it. */
  lockValid: boolean;
  /** What the approval.yaml on main is worth. */
  verdict: PermitVerdict;
  manifests: { path: string; blob: string }[];
  /** The renderer version in its fleet.yaml; null if there is none. */
  renderer: string | null;
  /** How the request came to main; null if it was not needed and so not read. */
  origin: Origin | null;
  /** The merged pull request that brought it, if it was read without the whole origin, only to find the thread. */
  pull: number | null;
  /** The people of its source now; null if not read. */
  people: { dba: Account[]; reseed: Account[] } | null;
  /** Whether an earlier permit covered these bytes; also false if not read. */
  permittedBefore: boolean;
  /** Everybody who contributed to bytes without a permit, null for an unknown person; null as a whole if not read. */
  contributors: (Account | null)[] | null;
  /** The result of a failed last attempt, while it is recent. */
  failure: Failed | null;
  /** The unused permit that the current one replaced, while that is recent. */
  replaced: { pull: number; generation: number } | null;
}

/**
 * The last commit that changed the files in question, and the merged pull requests that brought it, the newest first. There
 * are several if a commit was in more than one: GitHub marks each as merged whose head has become part of main.
 */
export interface Origin {
  commit: CommitFacts;
  merges: MergeFacts[];
}

export interface MergeFacts {
  pull: PullFacts;
  /** What was asked about, as it is on main: an approval has to cover it byte for byte. */
  changes: Pick<ChangeSet, "requests" | "files">;
  /**
   * Whether main has had it at every commit since this merge: an old commit that is merged again, past the rules, brings back
   * what it had, and GitHub still lists its old pull request. null if that is too far back.
   */
  held: boolean | null;
  /** Every check that this App ever wrote for the head. */
  checks: CheckFacts[];
  reviews: ReviewFacts[];
  contributors: Contributors;
}

export interface RunState {
  facts: RunFacts;
  /** The database named in the title; null for a title in another format. */
  database: string | null;
  reason: string;
  /** Whether the title can be read in only one way. */
  exact: boolean;
  verdict: RunVerdict;
}

/** The judgement of a run. `unread` is a run that did not have to be inspected. */
export type RunVerdict =
  | { kind: "unread" }
  /** Whether the running code is main's: a run started by a person gets a permit only if it is. */
  | { kind: "running"; trusted: boolean; why: string }
  | { kind: "lost"; why: string }
  | { kind: "superseded" }
  | { kind: "outdated"; why: string }
  | { kind: "refused"; why: string }
  | { kind: "failed"; result: Failed }
  | { kind: "seeded"; result: Seeded };

/** What has to be done on main now: a commit first, otherwise runs, comments and cancellations. */
export interface MainOutputs {
  commit: MainCommit | null;
  dispatches: { database: string; reason: string }[];
  cancellations: { run: string; attempt: number; why: string }[];
  stickyComments: StickyComment[];
  notes: Note[];
  refusals: Refusal[];
}

export interface MainCommit {
  /** Whose files it changes. */
  databases: string[];
  message: string;
  write: { path: string; text: string }[];
  remove: string[];
}

/** Databases whose files the bot cannot write, or whose run it cannot start, with the reason of the refusal. */
export type Refusals = Map<string, { why: string; fix: string }>;

/** What a check has learned from its own writes. */
export interface Writing {
  refused: Refusals;
  /** Whether to write one database per commit, because a commit with several was refused. */
  alone: boolean;
}

/** Where the bot writes about something: a merged pull request, otherwise an issue that is found by its title. */
export type Thread = { pull: number } | { issue: string };

/** The comment of a thread that is kept up to date. */
export interface StickyComment {
  thread: Thread;
  /** Whether somebody has to act: otherwise no issue is opened for it, but one that is there is kept up to date. */
  urgent: boolean;
  body: string;
}

/** A comment that is written once: it is skipped if the bot has already written one with this key. */
export interface Note {
  thread: Thread;
  key: string;
  body: string;
}

/**
 * A run whose result was refused, or that somebody started who is not known to be allowed to: whoever may write can start
 * any number, so each thread has one comment of each kind that counts them.
 */
export interface Refusal {
  kind: "result" | "start";
  thread: Thread;
  run: string;
  attempt: number;
  why: string;
}

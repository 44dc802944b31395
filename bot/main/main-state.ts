import type { Digest } from "../../src/digests/digest.ts";
import type { Permit } from "../../src/approval/permit.ts";
import type { Lock } from "../../src/lock/lock.ts";
import type { Failed, Seeded } from "../../src/lock/seed-result.ts";
import type { DatabaseRequest, RequestFiles } from "../../src/request/request.ts";
import type { Settings } from "../../src/settings/settings.ts";
import type { CheckFacts, CommitFacts, PullFacts, ReviewFacts, RunFacts } from "../hub.ts";
import type { Account, Hands } from "../reviews/judge-reviews.ts";

/** Everything that decides what main needs, read from GitHub at one head. */
export interface MainState {
  repository: { id: string; name: string };
  botLogin: string;
  appId: number;
  head: string;
  /** GitHub's own clock, milliseconds since the epoch. */
  now: number;
  settings: Settings;
  databases: DatabaseState[];
  /** As GitHub lists them; `orderState` gives them an order. */
  runs: RunState[];
  /** Titles of runs that this process has just started and GitHub does not list yet. */
  started: string[];
  /** provision.yml on main; null when there is none. */
  workflow: WorkflowFacts | null;
  settingsOrigin: Origin | null;
}

export interface WorkflowFacts {
  id: string;
  path: string;
  /** Blob of the file on main. */
  blob: string | null;
}

export interface DatabaseState {
  database: string;
  files: RequestFiles;
  /** null when it has errors; `problem` says the first. */
  request: DatabaseRequest | null;
  problem: string | null;
  /** Name in the settings; null where the request names none that exists. */
  source: string | null;
  lock: Lock;
  /** False for a lock that does not parse: nothing is decided on it. */
  lockSound: boolean;
  standing: Standing;
  manifests: { path: string; blob: string }[];
  /** How the request came to main; null while nobody needs to know. */
  origin: Origin | null;
  /** People of its source, now; null while nobody needs to know. */
  people: { dba: Account[]; reseed: Account[] } | null;
  /** Whether an earlier permit covered these bytes; false also while nobody needs to know. */
  permittedBefore: boolean;
  /** Everybody who had a hand in bytes that no permit covered, null for somebody unknown; null while nobody needs to know. */
  hands: (Account | null)[] | null;
  /** What the run of a failed last attempt left, while its story is young. */
  failure: Failed | null;
  /** The permit that the standing one replaced unused, while its story is young. */
  replaced: { pull: number; generation: number } | null;
}

/** What the approval.yaml on main is worth for the request on main. */
export type Standing = { kind: "none" } | { kind: "broken"; why: string } | StandingPermit;

export interface StandingPermit {
  /** `applied` belongs to a permit that runs nothing. */
  kind: "open" | "expired" | "seeded" | "failed" | "applied";
  permit: Permit;
  digest: Digest;
  /** Id of the key that signed it. */
  key: string;
  /** Whether it is for exactly these bytes of the request, and for its source. */
  covers: boolean;
}

/** The last commit that changed some files, and the merged pull request that brought it. */
export interface Origin {
  commit: CommitFacts;
  merge: MergeFacts | null;
}

export interface MergeFacts {
  pull: PullFacts;
  /** Whether these files at the pull request's head have main's bytes. */
  sameBytes: boolean;
  checks: CheckFacts[];
  reviews: ReviewFacts[];
  hands: Hands;
}

export interface RunState {
  facts: RunFacts;
  /** What the title names; null for a title that is not ours. */
  database: string | null;
  reason: string;
  verdict: RunVerdict;
}

/** What a run is worth. `unread` is a run that nobody needed to look into. */
export type RunVerdict =
  | { kind: "unread" }
  /** Whether the code that runs is main's: what a person's wish depends on. */
  | { kind: "running"; trusted: boolean; why: string }
  | { kind: "lost"; why: string }
  | { kind: "superseded" }
  | { kind: "other"; why: string }
  | { kind: "refused"; why: string }
  | { kind: "failed"; result: Failed }
  | { kind: "seeded"; result: Seeded };

/** What main needs now: first a commit, else runs, else words. */
export interface MainOutputs {
  commit: MainCommit | null;
  dispatches: { database: string; reason: string }[];
  cancellations: { run: string; attempt: number; why: string }[];
  stories: Story[];
  notes: Note[];
}

export interface MainCommit {
  message: string;
  write: { path: string; text: string }[];
  remove: string[];
}

/** Where people read about something: a merged pull request, else an issue that is found by its title. */
export type Thread = { pull: number } | { issue: string };

/** The one comment that stays current. */
export interface Story {
  thread: Thread;
  body: string;
}

/** Said once: a comment of ours with this key in it is not written again. */
export interface Note {
  thread: Thread;
  key: string;
  body: string;
}

import type { ArtifactStorage } from "./artifact-storage.ts";
import type { WorldClock } from "../clock.ts";
import type { BareRepository } from "./git/bare-repository.ts";
import type { Updates } from "./updates.ts";
import type { Webhooks } from "./webhooks.ts";

export interface Account {
  id: number;
  login: string;
  type: "User" | "Bot";
}

export interface Pull {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  draft: boolean;
  author: Account;
  headBranch: string;
  /** Another repository's id for a pull request from a fork. */
  headRepositoryId: number;
  baseBranch: string;
  headSha: string;
  baseSha: string;
  mergedAt: string | null;
  mergedBy: Account | null;
  mergeCommit: string | null;
  createdAt: string;
  requestedTeams: string[];
}

export interface Review {
  id: number;
  pull: number;
  user: Account;
  body: string;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  commit: string;
  submittedAt: string;
}

export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column?: number;
  end_column?: number;
  annotation_level: string;
  message: string;
  title?: string;
}

export interface CheckRun {
  id: number;
  name: string;
  headSha: string;
  appId: number;
  status: string;
  conclusion: string | null;
  externalId: string;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Annotation[];
  startedAt: string;
  completedAt: string | null;
  /** Somebody asked for it again, and its App has not answered yet: GitHub waits for it as for a new one. */
  rerequested: boolean;
  detailsUrl: string | null;
}

export interface Comment {
  id: number;
  issue: number;
  user: Account;
  appId: number | null;
  body: string;
  createdAt: string;
  updatedAt: string;
  reactions: { content: string; user: string }[];
}

export interface Activity {
  id: number;
  ref: string;
  before: string;
  after: string;
  type: string;
  actor: Account;
  timestamp: string;
}

export interface Deployment {
  id: number;
  ref: string;
  sha: string;
  task: string;
  environment: string;
  description: string;
  creator: Account;
  createdAt: string;
  statuses: { id: number; state: string; description: string; logUrl: string; createdAt: string; creator: Account }[];
}

export interface Issue {
  number: number;
  title: string;
  body: string;
  author: Account;
  state: "open" | "closed";
}

export interface RulesetFile {
  name: string;
  target: string;
  enforcement: string;
  bypass_actors: { actor_id: number; actor_type: string; bypass_mode: string }[];
  conditions: { ref_name: { include: string[]; exclude: string[] } };
  rules: { type: string; parameters?: Record<string, unknown> }[];
}

export interface QueueEntry {
  pull: Pull;
  /** Who queued it. */
  by: Account;
}

/** The merge queue of the default branch; always empty while the ruleset has no rule `merge_queue`. */
export interface Queue {
  readonly entries: QueueEntry[];
  /** Why GitHub does not queue a pull request; null if it does. */
  whyNot(pull: Pull): Promise<string | null>;
  add(pull: Pull, by: Account): Promise<void>;
  /** false if it is not queued. */
  remove(pull: Pull, by: Account): Promise<boolean>;
  /** Builds, merges and drops whatever main, checks and pull requests ask for now. */
  refresh(): Promise<void>;
}

/** Everything that GitHub knows beside the git repository. */
export interface State {
  git: BareRepository;
  owner: string;
  name: string;
  repositoryId: number;
  defaultBranch: string;
  url: () => string;
  storage: ArtifactStorage;
  app: { id: number; slug: string; installationId: number; publicKey: string };
  users: Map<string, Account & { role: "admin" | "write" | "read" | "none" }>;
  teams: Map<string, Set<string>>;
  ruleset: RulesetFile;
  /** `free` for a private repository: rulesets cannot be read and do not apply. */
  plan: "team" | "free";
  pulls: Pull[];
  issues: Issue[];
  reviews: Review[];
  checkRuns: CheckRun[];
  comments: Comment[];
  activity: Activity[];
  deployments: Deployment[];
  /** Merges that were refused, and why. */
  mergesRefused: { pull: number; why: string }[];
  queue: Queue;
  webhooks: Webhooks;
  updates: Updates;
  nextId: () => number;
  nextNumber: () => number;
  clock: WorldClock;
  /** ISO 8601 with seconds, as GitHub writes times. */
  now: () => string;
}

export const GITHUB: Account = { id: 19864447, login: "web-flow", type: "User" };

/** Who moves main for the merge queue. */
export const MERGE_QUEUE: Account = { id: 118344674, login: "github-merge-queue[bot]", type: "Bot" };

/** The App's bot user. */
export function botAccount(state: State): Account {
  return { id: 900_000_000 + state.app.id, login: `${state.app.slug}[bot]`, type: "Bot" };
}

/** Git identity that GitHub gives an account: the address attributes commits. */
export function noreply(account: Account): { name: string; email: string } {
  return { name: account.login, email: `${account.id}+${account.login}@users.noreply.github.com` };
}

/** The account of a commit's e-mail address; null if GitHub cannot tell. */
export function attribute(state: State, email: string): Account | null {
  const login = /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  if (email === "noreply@github.com") return GITHUB;
  if (login === undefined) return null;
  if (login === botAccount(state).login) return botAccount(state);
  return state.users.get(login) ?? null;
}

import type { ArtifactStorage } from "./artifact-storage.ts";
import type { WorldClock } from "../clock.ts";
import type { BareRepository } from "./git/bare-repository.ts";
import type { Updates } from "./updates.ts";
import type { Webhooks } from "./webhooks.ts";

export interface Account {
  id: number;
  login: string;
  type: "User" | "Bot" | "Organization" | "Mannequin";
  /** The account is gone, and with it its name. */
  deleted?: boolean;
}

/** An App that is not the bot's. */
export interface OtherApp {
  id: number;
  slug: string;
  account: Account;
  permissions: Record<string, "read" | "write">;
}

export type MergeMethod = "merge" | "squash" | "rebase";

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
  /** Who brought the head where it is. */
  lastPusher: Account;
  mergedAt: string | null;
  mergedBy: Account | null;
  mergeCommit: string | null;
  /** The latest test of a merge that GitHub has done. */
  tested: TestedMerge | null;
  /** The latest test merge commit; older than `tested` where that ended in a conflict. */
  testMergeCommit: string | null;
  /** Who wants it merged, and how, as soon as the rules are met. */
  autoMerge: { by: Account; method: MergeMethod } | null;
  createdAt: string;
  requestedTeams: string[];
}

/** Whether git could merge a head into a base, both by SHA. */
export interface TestedMerge {
  base: string;
  head: string;
  mergeable: boolean;
}

export interface Review {
  id: number;
  pull: number;
  user: Account;
  body: string;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  commit: string;
  /** Digest of the diff that was reviewed. */
  diff: string;
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
  /** null where GitHub names nobody. */
  actor: Account | null;
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

/** Pull requests that are merged as soon as the rules are met. */
export interface AutoMerges {
  /** Why GitHub does not enable it; null if it does. */
  whyNot(pull: Pull, method: MergeMethod): Promise<string | null>;
  enable(pull: Pull, wish: { by: Account; method: MergeMethod }): void;
  disable(pull: Pull, by: Account, reason?: string): void;
  /** Merges whatever reviews, checks and branches allow now. */
  refresh(): Promise<void>;
}

/** How GitHub tests whether pull requests can be merged: lazily, when somebody looks. */
export interface MergeTests {
  /**
   * Reads of one pull request, counted anew whenever its head or base has moved, that come before the new answer: first `stale` ones, which
   * still show the old answer, then `unknown` ones, which say `mergeable: null`. Infinity: for ever. Default: none.
   */
  delay: { stale: number; unknown: number };
  /** What a read of the pull request shows now; its test merge commit is in `pull.testMergeCommit` afterwards. */
  read(pull: Pull): Promise<boolean | null>;
  /** The test merge commit of head and base as they are now; null if GitHub has made none. */
  current(pull: Pull): Promise<string | null>;
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
  /** By the names of their bots. */
  apps: Map<string, OtherApp>;
  /** By their titles. */
  deployKeys: Map<string, { creator: Account; readOnly: boolean }>;
  /**
   * Whom the activity shows for a push with a deploy key, which is not documented. "The account that added the key", said GitHub's support of webhooks in 2015
   * (https://please-sleep.cou929.nu/who-pushes-to-github.html); `actor` may be null.
   */
  deployKeyPushes: "creator" | "nobody";
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
  mergeTests: MergeTests;
  autoMerges: AutoMerges;
  /**
   * Which approvals GitHub points at a new head, so that `commit_id` names a commit that the reviewer has not seen. It is not documented; `equal-diff` is what has been
   * published: after pushes with --force (max-sixty/tend#884) and after "Update branch" (Q00/ouroboros#2048, sonichi/sutando#4422), of approvals only
   * (apache/maka#5068). A gate must hold with each of them: `anything` is what kamp-us/phoenix#3769 found once, with a changed diff.
   */
  approvalsFollow: "equal-diff" | "force-push" | "anything";
  /** Updates of branches that GitHub has accepted and, if `late`, not done until a test calls them. */
  branchUpdates: { late: boolean; waiting: (() => Promise<void>)[] };
  /** The repository's setting "Allow auto-merge". */
  allowAutoMerge: boolean;
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

/** "I take the place of user accounts that have been deleted": https://github.com/ghost */
export const GHOST: Account = { id: 10137, login: "ghost", type: "User" };

/** The App behind the `GITHUB_TOKEN` of workflow runs, which can never have the permission `workflows`. */
export const ACTIONS: OtherApp = {
  id: 15368,
  slug: "github-actions",
  account: { id: 41898282, login: "github-actions[bot]", type: "Bot" },
  permissions: { contents: "write" },
};

/** Whether an account may push to the repository; a bot that is no person here has been let in by the permissions of its token. */
export function isWriter(state: State, { login, type }: Account): boolean {
  const role = state.users.get(login)?.role;
  return role === undefined ? type === "Bot" : role === "write" || role === "admin";
}

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
  return state.users.get(login) ?? state.apps.get(login)?.account ?? null;
}

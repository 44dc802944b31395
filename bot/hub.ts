import type { Tree } from "../src/ports.ts";

/** One repository on GitHub as the App sees it. Every call reads again; only git objects, which never change, are cached. */
export interface Hub {
  repository: { id: string; owner: string; name: string; defaultBranch: string };
  /** Login of the App's bot user, `<slug>[bot]`. */
  botLogin: string;
  /** The App's id, which is part of every check that it writes. */
  appId: number;
  /** The current time by GitHub's clock, never the bot's, in milliseconds since the epoch. */
  gitHubTime(): Promise<number>;
  git: HubGit;
  pulls: HubPulls;
  checks: HubChecks;
  people: HubPeople;
  actions: HubActions;
  issues: HubIssues;
}

export interface HubGit {
  /** null if the branch does not exist. */
  head(branch: string): Promise<string | null>;
  /** The branches whose names begin with a prefix. */
  branches(prefix: string): Promise<{ name: string; head: string }[]>;
  treeAt(commit: string): Promise<HubTree>;
  /** Commits of a branch that changed a path, newest first. */
  history(options: { ref: string; path?: string; limit: number }): Promise<CommitFacts[]>;
  mergeBase(base: string, head: string): Promise<string>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** Commits on top of `expectedHead` and moves the branch without force; "moved" if the branch has another head meanwhile. */
  commitFiles(change: BranchChange): Promise<{ sha: string } | "moved">;
  createBranch(name: string, at: string): Promise<void>;
}

/** A tree with its modes and blob ids, which a reviewer does not see. */
export interface HubTree extends Tree {
  commit: string;
  entries(folder: string): Promise<{ path: string; mode: string; blob: string }[]>;
}

export interface CommitFacts {
  sha: string;
  parents: string[];
  message: string;
  /** The account that GitHub attributes the commit to; null if it cannot. */
  author: { id: string; login: string } | null;
  committer: { id: string; login: string } | null;
}

export interface BranchChange {
  branch: string;
  expectedHead: string;
  message: string;
  write: { path: string; text: string }[];
  remove: string[];
}

export interface PullFacts {
  number: number;
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

export interface CheckFacts {
  id: string;
  name: string;
  appId: number | null;
  status: string;
  conclusion: string | null;
  /** `completed_at`; the checks of this App set it by GitHub's clock. */
  completedAt: string | null;
  externalId: string;
  title: string;
  summary: string;
}

export interface CheckOutput {
  name: string;
  conclusion: "success" | "failure" | "action_required";
  externalId: string;
  title: string;
  summary: string;
  annotations: {
    path: string;
    line: number;
    column: number;
    level: "failure" | "warning";
    title: string;
    message: string;
  }[];
}

export interface HubChecks {
  /** The latest check of each name and App for a commit. */
  list(commit: string): Promise<CheckFacts[]>;
  /** Every check that this App ever wrote for a commit, also those that a later one replaced. */
  history(commit: string): Promise<CheckFacts[]>;
  write(commit: string, check: CheckOutput): Promise<void>;
  /** Writes this App's completed checks of a commit as they are: after "Re-run" GitHub shows them as waiting until then. */
  confirm(commit: string): Promise<void>;
}

export interface HubPeople {
  /** The active members now. */
  teamMembers(team: string): Promise<{ id: string; login: string }[]>;
  permission(login: string): Promise<"admin" | "write" | "read" | "none">;
  user(login: string): Promise<{ id: string; login: string; type: string } | null>;
  /** null if GitHub offers no rules for this repository: a private one on the Free plan. */
  branchRules(branch: string): Promise<{ type: string; parameters: Record<string, unknown> }[] | null>;
}

export interface RunFacts {
  id: string;
  attempt: number;
  event: string;
  status: string;
  conclusion: string | null;
  title: string;
  path: string;
  workflowId: string;
  headBranch: string | null;
  headSha: string;
  repositoryId: string;
  headRepositoryId: string | null;
  triggeringActor: { id: string; login: string } | null;
  referencedWorkflows: number;
  createdAt: string;
  /** When the latest attempt began (`run_started_at`); a re-run does not change `createdAt`. */
  startedAt: string;
}

export interface HubActions {
  /** Dispatches provision.yml on the default branch and returns the run's id. */
  dispatch(inputs: { database: string; reason: string }): Promise<string>;
  workflow(): Promise<{ id: string; path: string } | null>;
  run(id: string): Promise<RunFacts | null>;
  /** The latest runs of every workflow, newest first. */
  runs(options: { limit: number }): Promise<RunFacts[]>;
  /** Runs of provision.yml: the latest hundred, all that were created since a time (milliseconds), and all that have not ended. */
  provisionRuns(options: { since: number }): Promise<RunFacts[]>;
  jobs(
    run: string,
    attempt: number,
  ): Promise<
    {
      name: string;
      status: string;
      conclusion: string | null;
      runnerGroup: string | null;
      startedAt: string | null;
      completedAt: string | null;
    }[]
  >;
  artifacts(run: string): Promise<
    {
      id: string;
      name: string;
      runId: string;
      createdAt: string;
      bytes: number;
      digest: string | null;
      expired: boolean;
    }[]
  >;
  downloadArtifact(id: string): Promise<Uint8Array>;
  cancel(run: string): Promise<void>;
  /** Deletes a run that has ended, with its logs and artifacts; false if it is there and has not ended. */
  remove(run: string): Promise<boolean>;
}

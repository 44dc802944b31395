import type { Tree, TreeEntry } from "../../src/ports/tree.ts";
import type { HubChecks } from "./checks.ts";
import type { HubIssues, HubPulls } from "./pulls.ts";
import type { HubActions } from "./runs.ts";

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
export interface HubTree extends Tree<TreeEntry & { blob: string }> {
  commit: string;
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

export interface HubPeople {
  /** The active members now. */
  teamMembers(team: string): Promise<{ id: string; login: string }[]>;
  permission(login: string): Promise<"admin" | "write" | "read" | "none">;
  user(login: string): Promise<{ id: string; login: string; type: string } | null>;
  /** null if GitHub offers no rules for this repository: a private one on the Free plan. */
  branchRules(branch: string): Promise<{ type: string; parameters: Record<string, unknown> }[] | null>;
}

import type { HubGit, PersonFacts } from "./git.ts";
import type { HubChecks } from "./checks.ts";
import type { HubIssues, HubPulls } from "./pulls.ts";
import type { HubActions } from "./runs.ts";

/** One repository on GitHub as the App sees it. Every call asks GitHub again; what has not changed is taken from memory. */
export interface Hub {
  repository: { id: string; owner: string; name: string; defaultBranch: string };
  /** Login of the App's bot user, `<slug>[bot]`. */
  botLogin: string;
  /** The App's id, which is part of every check that it writes. */
  appId: number;
  /** The current time by GitHub's clock, never the bot's, in milliseconds since the epoch. */
  gitHubTime(): Promise<number>;
  /** The calls that count in this hour: all that GitHub allows, and those that are left; null where it sets no limit. */
  callsLeft(): { all: number; left: number } | null;
  git: HubGit;
  pulls: HubPulls;
  checks: HubChecks;
  people: HubPeople;
  actions: HubActions;
  issues: HubIssues;
}

export interface HubPeople {
  /** The active members now. */
  teamMembers(team: string): Promise<{ id: string; login: string }[]>;
  permission(login: string): Promise<"admin" | "write" | "read" | "none">;
  user(login: string): Promise<PersonFacts | null>;
  /** null if GitHub offers no rules for this repository: a private one on the Free plan. */
  branchRules(branch: string): Promise<{ type: string; parameters: Record<string, unknown> }[] | null>;
}

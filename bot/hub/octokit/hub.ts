import type { ProbotOctokit } from "probot";
import { readObjects } from "../../../src/github/objects.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Hub } from "../hub.ts";
import { createHubActions } from "./actions.ts";
import type { Answers } from "./answers.ts";
import type { Calls } from "./calls.ts";
import { createHubIssues } from "./comments.ts";
import { createHubChecks } from "./checks.ts";
import { createHubGit } from "./git.ts";
import { createHubPeople } from "./people.ts";
import { createHubPulls } from "./pulls.ts";

export interface HubOptions {
  /** A client of the installation, which repeats requests. */
  octokit: ProbotOctokit;
  /** What is known from its answers. */
  answers: Answers;
  repository: Hub["repository"];
  app: { id: number; slug: string };
  clock: Clock;
}

/** One repository through GitHub's REST API. */
export function createHub({ octokit, answers, repository, app, clock }: HubOptions): Hub {
  const { gitHubTime, callsLeft } = answers;
  const calls: Calls = { octokit, at: { owner: repository.owner, repo: repository.name }, clock };
  return {
    repository,
    botLogin: `${app.slug}[bot]`,
    appId: app.id,
    gitHubTime,
    callsLeft,
    git: createHubGit(calls, readObjects(calls)),
    pulls: createHubPulls(calls),
    checks: createHubChecks(calls, { appId: app.id, gitHubTime }),
    people: createHubPeople(calls),
    actions: createHubActions(calls, repository.defaultBranch),
    issues: createHubIssues(calls, `${app.slug}[bot]`),
  };
}

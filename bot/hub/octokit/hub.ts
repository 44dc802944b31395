import type { ProbotOctokit } from "probot";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Hub } from "../hub.ts";
import { createHubActions } from "./actions.ts";
import { orNull, type Calls } from "./calls.ts";
import { createHubIssues } from "./comments.ts";
import { createHubChecks } from "./checks.ts";
import { createHubGit } from "./git.ts";
import { createHubPeople } from "./people.ts";
import { createHubPulls } from "./pulls.ts";
import { addRetries, type GitHubDate } from "./retry.ts";
import { createObjectCache, type ObjectCache } from "./tree.ts";

export interface HubOptions {
  /** A client of the installation; `createHub` adds retries to it. */
  octokit: ProbotOctokit;
  repository: Hub["repository"];
  app: { id: number; slug: string };
  clock: Clock;
  /** Git objects that were read before; may be shared by several hubs of the same repository. */
  objects?: ObjectCache;
}

/** After this long, the time of GitHub's last answer is too old to be used. */
const FRESH = 2000;

/** One repository through GitHub's REST API. */
export function createHub({ octokit, repository, app, clock, objects = createObjectCache() }: HubOptions): Hub {
  const date: GitHubDate = { last: null };
  addRetries(octokit, { clock, date });
  const calls: Calls = { octokit, at: { owner: repository.owner, repo: repository.name }, clock };
  const gitHubTime = async (): Promise<number> => {
    // This request does not count against the rate limit. Its answer has GitHub's time, also the 404 of an Enterprise Server
    // without rate limits.
    const age = () => (date.last === null ? Infinity : clock.now() - date.last.seen);
    if (!(age() >= 0 && age() <= FRESH)) await orNull(octokit.request("GET /rate_limit"));
    return date.last!.at + Math.min(FRESH, Math.max(0, age()));
  };
  return {
    repository,
    botLogin: `${app.slug}[bot]`,
    appId: app.id,
    gitHubTime,
    git: createHubGit(calls, objects),
    pulls: createHubPulls(calls),
    checks: createHubChecks(calls, { appId: app.id, gitHubTime }),
    people: createHubPeople(calls),
    actions: createHubActions(calls, repository.defaultBranch),
    issues: createHubIssues(calls, `${app.slug}[bot]`),
  };
}

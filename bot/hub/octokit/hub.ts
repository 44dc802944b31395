import type { ProbotOctokit } from "probot";
import { requireDate } from "../../../src/github/date.ts";
import { readObjects } from "../../../src/github/objects.ts";
import { addRetries } from "../../../src/github/repeat.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Hub } from "../hub.ts";
import { createHubActions } from "./actions.ts";
import { orNull, type Calls } from "./calls.ts";
import { createHubIssues } from "./comments.ts";
import { createHubChecks } from "./checks.ts";
import { createHubGit } from "./git.ts";
import { createHubPeople } from "./people.ts";
import { createHubPulls } from "./pulls.ts";

export interface HubOptions {
  /** A client of the installation; `createHub` adds retries to it. */
  octokit: ProbotOctokit;
  repository: Hub["repository"];
  app: { id: number; slug: string };
  clock: Clock;
}

/** After this long, the time of GitHub's last answer is too old to be used. */
const FRESH = 2000;

/** One repository through GitHub's REST API. */
export function createHub({ octokit, repository, app, clock }: HubOptions): Hub {
  const gitHubTime = keepTime(octokit, clock);
  const calls: Calls = { octokit, at: { owner: repository.owner, repo: repository.name }, clock };
  return {
    repository,
    botLogin: `${app.slug}[bot]`,
    appId: app.id,
    gitHubTime,
    git: createHubGit(calls, readObjects(calls)),
    pulls: createHubPulls(calls),
    checks: createHubChecks(calls, { appId: app.id, gitHubTime }),
    people: createHubPeople(calls),
    actions: createHubActions(calls, repository.defaultBranch),
    issues: createHubIssues(calls, `${app.slug}[bot]`),
  };
}

/** Adds retries to the client, and reads GitHub's time from its answers. */
function keepTime(octokit: ProbotOctokit, clock: Clock): () => Promise<number> {
  /** The last `Date` header, and when it arrived, by the bot's own clock. */
  let last: { at: number; seen: number } | null = null;
  addRetries(octokit, { caller: "app", clock, onDate: (at) => (last = { at, seen: clock.now() }) });
  const now = (): number | null => {
    const age = last === null ? Infinity : clock.now() - last.seen;
    return last === null || age < 0 || age > FRESH ? null : last.at + age;
  };
  return async () => {
    // This request does not count against the rate limit. Its answer has GitHub's time, also the 404 of an Enterprise Server
    // without rate limits.
    if (now() === null) await orNull(octokit.request("GET /rate_limit"));
    return now() ?? requireDate(undefined);
  };
}

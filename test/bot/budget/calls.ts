import type { GitHub } from "../../world/github/github.ts";

const REPOSITORY = "/repos/acme/databases";

/** What the simulated GitHub has seen of the bot since a moment. */
export interface SeenCalls {
  /** Calls that count against the hour's limit, by name: `GET /pulls/{id}`. */
  counted: Record<string, number>;
  /** Answers 304, which do not. */
  unchanged: number;
  refused: number;
  /** Numbers of the pull requests that were looked at, each once, in order. */
  looked: number[];
}

/** Runs something and says what GitHub has seen of it. */
export async function callsOf({ limits, calls }: GitHub, act: () => Promise<void>): Promise<SeenCalls> {
  const before = structuredClone(limits.app);
  const start = calls.sent.length;
  await act();
  const { counted, unchanged, refused } = limits.app;
  const pulls = calls.sent.slice(start).flatMap((sent) => /^GET .*\/pulls\/(\d+)$/.exec(sent)?.[1] ?? []);
  return {
    counted: without(counted, before.counted),
    unchanged: sum(without(unchanged, before.unchanged)),
    refused: sum(without(refused, before.refused)),
    looked: [...new Set(pulls.map(Number))].toSorted((a, b) => a - b),
  };
}

export function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** What counted of all of these together. */
export function countedIn(seen: readonly SeenCalls[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count] of seen.flatMap(({ counted }) => Object.entries(counted)))
    total[name] = (total[name] ?? 0) + count;
  return total;
}

function without(now: Record<string, number>, then: Record<string, number>): Record<string, number> {
  const rest = Object.entries(now).map(([name, count]) => [name.replace(REPOSITORY, ""), count - (then[name] ?? 0)]);
  return Object.fromEntries(rest.filter(([, count]) => count !== 0)) as Record<string, number>;
}

/** What main and what all pull requests have in common cost in an hour: each answer is read whole once, with the hour's token. */
const EACH_HOUR = {
  "GET /git/ref/heads%2Fmain": 1,
  "GET /rules/branches/main": 1,
  "GET /orgs/acme/teams/dba/members": 1,
  "GET /git/matching-refs/heads%2Fgh-readonly-queue%2Fmain%2F": 1,
  "GET /actions/workflows/provision.yml": 1,
  // The latest hundred, and those that have not ended by each of five states.
  "GET /actions/workflows/provision.yml/runs": 6,
  "GET /actions/runs": 1,
};

/** What a look at an unchanged pull request costs, if the last one was with another token. */
const EACH_LOOK = [
  "GET /pulls/{id}",
  "GET /pulls/{id}/reviews",
  "GET /pulls/{id}/commits",
  "GET /activity",
  "GET /issues/{id}/comments",
  "GET /commits/{sha}/check-runs",
  "GET /commits/{sha}/pulls",
];

/** The calls that count in an hour in which nothing happens: with so many open pull requests, of which so many are looked at. */
export function idleHour({ pulls, looks }: { pulls: number; looks: number }): Record<string, number> {
  return {
    "GET /pulls": Math.ceil(pulls / 100),
    ...EACH_HOUR,
    ...Object.fromEntries(EACH_LOOK.map((name) => [name, looks])),
  };
}

/** How the documentation writes the name of a call. */
export function documented(name: string): string {
  return name
    .replace(/heads%2F.+$/, "{ref}")
    .replace(/branches\/main$/, "branches/{branch}")
    .replace("/orgs/acme/teams/dba/", "/orgs/{org}/teams/{team}/");
}

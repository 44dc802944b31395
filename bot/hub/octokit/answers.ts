import type { ProbotOctokit } from "probot";
import type { GitHubAnswer } from "../../../src/github/client.ts";
import { readDate, requireDate } from "../../../src/github/date.ts";
import { pinApiVersion } from "../../../src/github/api-version.ts";
import { addRetries } from "../../../src/github/repeat.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Hub } from "../hub.ts";
import { orNull } from "./calls.ts";

/** What every answer of GitHub says beside its content. */
export type Answers = Pick<Hub, "gitHubTime" | "callsLeft">;

type Headers = GitHubAnswer["headers"];

/** After this long, the time of GitHub's last answer is too old to be used. */
const FRESH = 2000;

/** Adds retries to the client, and reads GitHub's time and limit from its answers. */
export function watchAnswers(octokit: ProbotOctokit, clock: Clock): Answers {
  /** The last `Date` header, and when it arrived, by the bot's own clock. */
  let last: { at: number; seen: number } | null = null;
  let limit: LimitHeaders | null = null;
  const onHeaders = (headers: Headers) => {
    const at = readDate(headers);
    if (at !== null) last = { at, seen: clock.now() };
    limit = readLimit(headers, at) ?? limit;
  };
  pinApiVersion(octokit);
  addRetries(octokit, { caller: "app", clock, onHeaders });
  const now = (): number | null => {
    const age = last === null ? Infinity : clock.now() - last.seen;
    return last === null || age < 0 || age > FRESH ? null : last.at + age;
  };
  return {
    gitHubTime: async () => {
      // This request does not count against the rate limit. Its answer has GitHub's time, also the 404 of an Enterprise Server
      // without rate limits.
      if (now() === null) await orNull(octokit.request("GET /rate_limit"));
      return now() ?? requireDate(undefined);
    },
    callsLeft: () => {
      if (limit === null || last === null) return null;
      const { all, left, reset } = limit;
      return { all, left: last.at + (clock.now() - last.seen) < reset ? left : all };
    },
  };
}

interface LimitHeaders {
  all: number;
  left: number;
  /** Milliseconds since the epoch, by GitHub's clock. */
  reset: number;
}

/** docs.github.com, "Rate limits for the REST API", Checking the status of your rate limit; null without a limit. */
function readLimit(headers: Headers, at: number | null): LimitHeaders | null {
  const [all, left, reset] = ["limit", "remaining", "reset"].map((name) => Number(headers[`x-ratelimit-${name}`]));
  const isCore = headers["x-ratelimit-resource"] === "core";
  if (!isCore || at === null || ![all, left, reset].every(Number.isFinite)) return null;
  return { all: all!, left: left!, reset: reset! * 1000 };
}

import type { ProbotOctokit } from "probot";
import { SeedbedError } from "../../../src/problem/error.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import { asRequestError, isLimit, type RequestError } from "./calls.ts";

/** The last `Date` header from GitHub, and when it arrived, by the bot's own clock. */
export interface GitHubDate {
  last: { at: number; seen: number } | null;
}

const ATTEMPTS = 5;
/** A longer wait is left to the queue, which tries again later. */
const LONGEST_WAIT = 60_000;

/**
 * Repeats requests, a limited number of times: after a rate limit (403 or 429), which is refused before anything is done, and
 * a read also after 5xx. A write is not repeated after 5xx: only its caller can find out whether it was done.
 */
export function addRetries(octokit: ProbotOctokit, { clock, date }: { clock: Clock; date: GitHubDate }): void {
  octokit.hook.wrap("request", (request, options) => {
    const ask = async (attempt: number): Promise<Awaited<ReturnType<typeof request>>> => {
      try {
        const response = await request(options);
        remember(date, response.headers.date, clock);
        return response;
      } catch (error) {
        const failed = asRequestError(error);
        remember(date, failed?.response?.headers["date"], clock);
        await clock.sleep(pauseBefore({ error, failed, attempt, method: options.method }));
      }
      return ask(attempt + 1);
    };
    return ask(1);
  });
}

interface Failure {
  error: unknown;
  failed: RequestError | null;
  attempt: number;
  method: string;
}

/** How long to wait before the next attempt; throws if there is none. */
function pauseBefore({ error, failed, attempt, method }: Failure): number {
  const wait = failed === null ? null : waitFor(failed, method, attempt);
  if (failed === null || wait === null) throw error;
  if (wait > LONGEST_WAIT) throw tooLong(failed, wait);
  if (attempt >= ATTEMPTS) throw error;
  return wait;
}

/** Milliseconds until the request may be repeated; null if it must not be. */
function waitFor(error: RequestError, method: string, attempt: number): number | null {
  if (isLimit(error)) return limitWait(error) ?? 1000 * 2 ** attempt;
  const isRead = method === "GET" || method === "HEAD";
  return isRead && error.status >= 500 ? 250 * 2 ** attempt : null;
}

function limitWait({ response }: RequestError): number | null {
  const headers = response?.headers ?? {};
  const after = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(after)) return after * 1000;
  const [reset, now] = [Number(headers["x-ratelimit-reset"]) * 1000, Date.parse(String(headers["date"]))];
  // Both times are GitHub's; the bot's own clock is not used.
  return headers["x-ratelimit-remaining"] === "0" && reset > 0 && now > 0 ? Math.max(0, reset - now) + 1000 : null;
}

function tooLong(error: RequestError, wait: number): SeedbedError {
  const seconds = Math.ceil(wait / 1000);
  return new SeedbedError(
    "github-limit",
    `GitHub asks the bot to wait ${seconds} s: HTTP ${error.status}: ${error.message}`,
    {
      fix: "Nothing to do: the bot continues when the rate limit allows it.",
      cause: error,
    },
  );
}

function remember(date: GitHubDate, header: string | number | undefined, clock: Clock): void {
  const at = Date.parse(String(header ?? ""));
  if (Number.isFinite(at)) date.last = { at, seen: clock.now() };
}

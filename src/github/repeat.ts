import type { Clock } from "../ports/clock.ts";
import type { GitHubAnswer, GitHubClient, RequestOptions } from "./client.ts";
import { readDate } from "./date.ts";
import {
  asRequestError,
  explainFailure,
  explainLimit,
  findExplained,
  type Caller,
  type RequestError,
} from "./failure.ts";

export interface RepeatOptions {
  caller: Caller;
  clock: Clock;
  /** Ends the waits. */
  signal?: AbortSignal | undefined;
  /** Is told GitHub's time of each answer, also of one that refuses. */
  onDate?: (at: number) => void;
}

const ATTEMPTS = 5;
/** A longer wait is not made: the bot's queue comes back later, and a run would seem to hang. */
const LONGEST_WAIT = 60_000;

/**
 * Repeats the requests of a client, a limited number of times: after a rate limit, which is refused before anything is
 * done, and a read also after 5xx or no answer. A write is not repeated then: only its caller can find out whether it was
 * done. What is thrown at last is explained, with a fix.
 */
export function addRetries(client: GitHubClient, options: RepeatOptions): void {
  const { clock, signal, onDate } = options;
  client.hook.wrap("request", <O extends RequestOptions, A extends GitHubAnswer>(request: Send<O, A>, call: O) => {
    const ask = async (attempt: number): Promise<A> => {
      signal?.throwIfAborted();
      try {
        const answer = await request(call);
        tell(answer.headers, onDate);
        return answer;
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        tell(asRequestError(error)?.response?.headers, onDate);
        await clock.sleep(pauseBefore({ error, attempt, call, caller: options.caller }), signal);
      }
      return ask(attempt + 1);
    };
    return ask(1);
  });
}

type Send<O, A> = (options: O) => A | Promise<A>;

function tell(headers: GitHubAnswer["headers"] | undefined, onDate: RepeatOptions["onDate"]): void {
  const at = readDate(headers);
  if (at !== null) onDate?.(at);
}

/** Whether an answer says that there were too many requests. docs.github.com, "Rate limits for the REST API". */
export function isLimit({ status, message, response }: RequestError): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const headers = response?.headers ?? {};
  return (
    headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0" || /secondary rate/i.test(message)
  );
}

interface Failed {
  error: unknown;
  attempt: number;
  call: RequestOptions;
  caller: Caller;
}

/** How long to wait before the next attempt; throws if there is none. */
function pauseBefore({ error, attempt, call, caller }: Failed): number {
  const failed = asRequestError(error);
  const wait = failed === null ? null : waitFor(failed, { error, attempt, call, caller });
  if (failed === null || wait === null) throw explainFailure(error, call, caller);
  if (wait > LONGEST_WAIT) throw explainLimit(failed, wait, caller);
  if (attempt >= ATTEMPTS) throw explainFailure(error, call, caller);
  return wait;
}

/** What may be different a moment later. */
const PASSING = new Set(["proxy-unreachable", "proxy-failed"]);

/** The first pause, in milliseconds. A job has nobody who asks later in its place, as the bot has its queue. */
const FIRST_PAUSE: Record<Caller, number> = { job: 1000, app: 500 };

/** Milliseconds until the request may be repeated; null if it must not be. */
function waitFor(error: RequestError, { call: { method }, attempt, caller }: Failed): number | null {
  if (isLimit(error)) return limitWait(error, attempt);
  const explained = findExplained(error);
  // A proxy that refuses a login would refuse it again, and might lock it.
  if (explained !== null && !PASSING.has(explained.code)) return null;
  const isRead = method === "GET" || method === "HEAD";
  return isRead && error.status >= 500 ? FIRST_PAUSE[caller] * 2 ** (attempt - 1) : null;
}

/**
 * docs.github.com, "Best practices for using the REST API", Handle rate limit errors appropriately: the seconds of
 * `retry-after`; else, with `x-ratelimit-remaining: 0`, until `x-ratelimit-reset`; else a minute at least, then exponentially longer.
 */
function limitWait({ response }: RequestError, attempt: number): number {
  const headers = response?.headers ?? {};
  const after = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(after)) return after * 1000;
  const [reset, now] = [Number(headers["x-ratelimit-reset"]) * 1000, readDate(headers)];
  // Both times are GitHub's; this machine's clock is not used.
  if (headers["x-ratelimit-remaining"] === "0" && reset > 0 && now !== null) return Math.max(0, reset - now) + 1000;
  return 60_000 * 2 ** (attempt - 1);
}

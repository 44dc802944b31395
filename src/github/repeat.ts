import type { Clock } from "../ports/clock.ts";
import type { GitHubAnswer, GitHubClient, RequestOptions } from "./client.ts";
import {
  asRequestError,
  explainFailure,
  explainLimit,
  findExplained,
  type Caller,
  type RequestError,
} from "./failure.ts";
import { isLimit, LimitPause } from "./limit.ts";

export interface RepeatOptions {
  caller: Caller;
  clock: Clock;
  /** Ends the waits. */
  signal?: AbortSignal | undefined;
  /** Is told the headers of each answer, also of one that refuses: they have GitHub's time, and what is left of the limit. */
  onHeaders?: (headers: GitHubAnswer["headers"]) => void;
}

const ATTEMPTS = 5;
/** A longer wait is not made: the bot's queue comes back later, and a run would seem to hang. */
const LONGEST_WAIT = 60_000;

/**
 * Repeats the requests of a client, a limited number of times: after a rate limit, which is refused before anything is
 * done, and a read also after 5xx or no answer. A write is not repeated then: only its caller can find out whether it was
 * done. What is thrown at last is explained, with a fix. After a rate limit no request is sent before its time has passed.
 */
export function addRetries(client: GitHubClient, options: RepeatOptions): void {
  const { clock, signal, onHeaders, caller } = options;
  const limit = new LimitPause(clock);
  client.hook.wrap("request", <O extends RequestOptions, A extends GitHubAnswer>(request: Send<O, A>, call: O) => {
    const ask = async (attempt: number): Promise<A> => {
      await waitForLimit(limit, options);
      signal?.throwIfAborted();
      try {
        const answer = await request(call);
        limit.end();
        onHeaders?.(answer.headers);
        return answer;
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        const failed = asRequestError(error);
        if (failed?.response !== undefined) onHeaders?.(failed.response.headers);
        if (failed !== null && isLimit(failed)) beginPause(limit, { failed, attempt, caller });
        else await clock.sleep(pauseBefore({ error, attempt, call, caller }), signal);
      }
      return ask(attempt + 1);
    };
    return ask(1);
  });
}

type Send<O, A> = (options: O) => A | Promise<A>;

/** Throws if that takes longer than any wait here. */
async function waitForLimit(limit: LimitPause, { clock, signal, caller }: RepeatOptions): Promise<void> {
  for (let left = limit.left(); left !== null; left = limit.left()) {
    if (left.wait > LONGEST_WAIT) throw explainLimit(left.failed, left, caller);
    await clock.sleep(left.wait, signal);
  }
}

interface Limited {
  failed: RequestError;
  attempt: number;
  caller: Caller;
}

/** Throws if there is no attempt left. */
function beginPause(limit: LimitPause, { failed, attempt, caller }: Limited): void {
  limit.begin(failed);
  if (attempt >= ATTEMPTS) throw explainLimit(failed, limit.left() ?? { wait: 0, asked: true }, caller);
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
  if (wait === null || attempt >= ATTEMPTS) throw explainFailure(error, call, caller);
  return wait;
}

/** What may be different a moment later. */
const PASSING = new Set(["proxy-unreachable", "proxy-failed"]);

/** The first pause, in milliseconds. A job has nobody who asks later in its place, as the bot has its queue. */
const FIRST_PAUSE: Record<Caller, number> = { job: 1000, app: 500 };

/** Milliseconds until the request may be repeated; null if it must not be. */
function waitFor(error: RequestError, { call: { method }, attempt, caller }: Failed): number | null {
  const explained = findExplained(error);
  // A proxy that refuses a login would refuse it again, and might lock it.
  if (explained !== null && !PASSING.has(explained.code)) return null;
  const isRead = method === "GET" || method === "HEAD";
  return isRead && error.status >= 500 ? FIRST_PAUSE[caller] * 2 ** (attempt - 1) : null;
}

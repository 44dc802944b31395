import type { ProbotOctokit } from "probot";
import { asRequestError, GitHubFailure } from "../../../src/github/failure.ts";
import { isLimit } from "../../../src/github/limit.ts";
import { showDocs } from "../../../src/problem/docs-url.ts";
import { SeedbedError } from "../../../src/problem/error.ts";
import type { Clock } from "../../../src/ports/clock.ts";

/** What the adapters of one installation share: client, repository and clock. */
export interface Calls {
  octokit: ProbotOctokit;
  at: { owner: string; repo: string };
  clock: Clock;
}

/** The answer of a call, or null for 404. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (asRequestError(error)?.status === 404) return null;
    throw error;
  }
}

const ATTEMPTS = 3;

/**
 * A write whose answer may get lost after it was done: before it is repeated, `find` asks GitHub whether it was done.
 * Refusals (4xx) are thrown as they are; the client itself waits for rate limits (src/github/repeat.ts).
 */
export async function writeOnce<T>(calls: Calls, once: OnceWrite<T>, attempt = 1): Promise<T> {
  try {
    return await once.write();
  } catch (error) {
    if (!isLostAnswer(error) || attempt === ATTEMPTS) throw error;
    await calls.clock.sleep(250 * 2 ** attempt);
  }
  return (await once.find()) ?? writeOnce(calls, once, attempt + 1);
}

interface OnceWrite<T> {
  write: () => Promise<T>;
  /** What the write would have returned, or null if it was not done. */
  find: () => Promise<T | null>;
}

/** Whether it is unknown if a write was done: there was no answer, or the server failed. */
function isLostAnswer(error: unknown): boolean {
  const request = asRequestError(error);
  return request !== null && request.status >= 500;
}

/** A 4xx answer as the refusal of what was being written; limits, temporary faults and other errors as they are. */
export function asRefusal(doing: string, error: unknown): unknown {
  const request = asRequestError(error);
  if (request === null || request.status < 400 || request.status >= 500 || isLimit(request)) return error;
  const said = request instanceof GitHubFailure ? request.said : request.message;
  return new SeedbedError("github-refused", `GitHub refused ${doing}. HTTP ${request.status}: ${said}`, {
    fix: `Compare the App's permissions and the branch rules with ${showDocs("docs/bot.md")}. The bot retries on its own.`,
    cause: error,
  });
}

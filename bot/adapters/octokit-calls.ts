import type { ProbotOctokit } from "probot";
import { showDocs } from "../../src/docs-url.ts";
import { SeedbedError } from "../../src/error.ts";
import type { Clock } from "../../src/ports.ts";

/** What the adapters of one installation share: its client, its repository, the clock. */
export interface Calls {
  octokit: ProbotOctokit;
  at: { owner: string; repo: string };
  clock: Clock;
}

/** An error of a request, as Octokit throws it. */
export interface RequestError {
  status: number;
  message: string;
  response?: { headers: Record<string, string | number | undefined>; data?: unknown };
}

/** The error of a request, or null for anything else. A request without an answer has status 500, as Octokit gives it. */
export function asRequestError(error: unknown): RequestError | null {
  const candidate = error as Partial<RequestError> | null;
  return typeof candidate?.status === "number" ? (candidate as RequestError) : null;
}

/** The answer of a call, or null where GitHub has no such thing. */
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
 * A write whose answer may get lost after it was done: before it is repeated, `look` asks GitHub whether it stands.
 * Refusals (4xx) are thrown as they are; limits were waited for below.
 */
export async function writeOnce<T>(calls: Calls, order: WriteOrder<T>, attempt = 1): Promise<T> {
  try {
    return await order.write();
  } catch (error) {
    if (!isLostAnswer(error) || attempt === ATTEMPTS) throw error;
    await calls.clock.sleep(250 * 2 ** attempt);
  }
  return (await order.look()) ?? writeOnce(calls, order, attempt + 1);
}

interface WriteOrder<T> {
  write: () => Promise<T>;
  /** What the write would have returned, or null where it was not done. */
  look: () => Promise<T | null>;
}

/** Nobody knows whether it was done: no answer at all, or the server broke off. */
function isLostAnswer(error: unknown): boolean {
  const request = asRequestError(error);
  return request !== null && request.status >= 500;
}

/** A refusal that nobody here can answer, with GitHub's own words. */
export function refused(doing: string, error: unknown): SeedbedError {
  const request = asRequestError(error);
  const said = request ? `HTTP ${request.status}: ${request.message}` : String(error);
  return new SeedbedError("github-refused", `GitHub refused ${doing}. ${said}`, {
    fix: `Compare the App's permissions and the rules of the branch with ${showDocs("docs/bot.md")}; the bot tries again by itself.`,
    cause: error,
  });
}

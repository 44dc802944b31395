import { SeedbedError } from "../problem/error.ts";
import { showDocs } from "../problem/docs-url.ts";
import type { GitHubAnswer, RequestOptions } from "./client.ts";

/** Whose token a client has: that of a workflow's job, or that of the bot's App. */
export type Caller = "job" | "app";

/** An error of a request: as Octokit throws it, or already explained. A request without an answer has status 500. */
export interface RequestError {
  status: number;
  message: string;
  response?: { headers: GitHubAnswer["headers"]; data?: unknown } | undefined;
}

/** A call that GitHub refused or did not answer, with the fix. */
export class GitHubFailure extends SeedbedError implements RequestError {
  readonly status: number;
  /** GitHub's own words. */
  readonly said: string;
  readonly response: RequestError["response"];
  /** For how many milliseconds nothing may be asked any more. */
  readonly wait: number;

  constructor(code: string, message: string, options: FailureOptions) {
    super(code, message, options);
    this.said = options.said;
    this.wait = options.wait ?? 0;
    this.status = options.cause.status;
    this.response = options.cause.response;
  }
}

interface FailureOptions {
  fix: string;
  said: string;
  cause: RequestError;
  wait?: number;
}

/** The error as a request error, or null if it is another error. */
export function asRequestError(error: unknown): RequestError | null {
  const candidate = error as Partial<RequestError> | null;
  return typeof candidate?.status === "number" ? (candidate as RequestError) : null;
}

/** Says what was asked, what GitHub answered and what to do. Other errors, and those already explained, stay as they are. */
export function explainFailure(error: unknown, call: RequestOptions, caller: Caller): unknown {
  const failed = asRequestError(error);
  if (failed === null || error instanceof SeedbedError) return error;
  const what = `${call.method} ${fillRoute(call)}`;
  const said = shorten(failed.message);
  const { response } = failed;
  // Octokit's status for a request without an answer is 500.
  if (response === undefined)
    return (
      findExplained(failed) ??
      new GitHubFailure("github-unreachable", `GitHub did not answer ${what}: ${said}`, {
        fix: UNREACHABLE[caller],
        said,
        cause: failed,
      })
    );
  const fix = FIXES[caller][failed.status] ?? (failed.status >= 500 ? BROKEN : UNEXPECTED);
  return new GitHubFailure("github-error", `GitHub answered ${what} with ${failed.status}: ${said}`, {
    fix,
    said,
    cause: failed,
  });
}

/** A rate limit, and for how many milliseconds nothing may be asked. */
export interface Pause {
  wait: number;
  /** Whether GitHub said so; otherwise it is what its documentation advises. */
  asked: boolean;
}

/** What a rate limit asks for that is longer than any wait here. */
export function explainLimit(failed: RequestError, { wait, asked }: Pause, caller: Caller): GitHubFailure {
  const seconds = Math.ceil(wait / 1000);
  const said = shorten(failed.message);
  const options = { fix: LIMITED[caller], said, wait, cause: failed };
  if (asked)
    return new GitHubFailure(
      "github-limit",
      `GitHub asks for a pause of ${seconds} s: HTTP ${failed.status}: ${said}`,
      options,
    );
  return new GitHubFailure(
    "github-limit",
    `GitHub refuses more requests and does not say for how long: HTTP ${failed.status}: ${said}`,
    options,
  );
}

const BROKEN = "Try again; if it fails again, check GitHub's status page.";
const UNEXPECTED = "GitHub does not accept what Seedbed asked. Please report it with this message.";

const UNREACHABLE: Record<Caller, string> = {
  job: "Check that the runner can reach GitHub's API, then run the workflow again.",
  app: "Check that the bot can reach GITHUB_API_URL. It tries again on its own.",
};

const LIMITED: Record<Caller, string> = {
  job: "Run the workflow again after that time, in some minutes if GitHub names none.",
  app: "Nothing to do: the bot continues when the rate limit allows it.",
};

/** By status: what whoever runs the caller can do. */
const FIXES: Record<Caller, Record<number, string>> = {
  job: {
    401: "Pass github_token: ${{ github.token }} to the Action.",
    403: "Give the job the permissions in the shipped provision.yml: contents: read, deployments: write.",
    404: "Give the job the permission contents: read and check that the branch exists.",
  },
  app: {
    401: "Check APP_ID and PRIVATE_KEY, and that the clock of the bot's machine is right: GitHub does not accept the App's token.",
    403: `Give the App the permissions in ${showDocs("docs/bot.md")}, and accept them in its installation.`,
    404: `Check that the App is installed in REPOSITORY and has the permissions in ${showDocs("docs/bot.md")}.`,
  },
};

/** `/repos/acme/databases/git/ref/heads%2Fmain` without the API's address: the path as it was asked. */
function fillRoute({ url, ...parameters }: RequestOptions): string {
  const path = url.replace(/^https?:\/\/[^/]+/, "");
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? ""));
}

/** The page of a proxy may be long; its beginning is still useful. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 600 ? line : `${line.slice(0, 600)}…`;
}

/** What kept a request from being sent, if that was explained where it happened: by a proxy, say. Octokit has it as cause. */
export function findExplained(error: RequestError): SeedbedError | null {
  const { cause } = error as { cause?: unknown };
  return cause instanceof SeedbedError ? cause : null;
}

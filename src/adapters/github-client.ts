import pRetry, { AbortError } from "p-retry";
import { SeedbedError } from "../error.ts";

export interface GitHubClientOptions {
  /** `https://api.github.com`, or that of a GitHub Enterprise server. */
  api: string;
  token: string;
  /** `owner/name`. */
  repository: string;
  signal?: AbortSignal;
  /** Pause before the first repetition; the next ones double. */
  retryMilliseconds?: number;
}

/** A REST answer: its JSON, and GitHub's clock when it was made. */
export interface GitHubAnswer<T> {
  json: T;
  /** Milliseconds since the epoch, from the `Date` header. */
  date: number;
}

/** One repository of GitHub's REST API with one token. Reads are repeated, writes are not. */
export class GitHubClient {
  readonly #options: GitHubClientOptions;

  constructor(options: GitHubClientOptions) {
    this.#options = options;
  }

  /** `path` is below the repository, `/git/ref/heads/main`; the empty path is the repository itself. */
  async get<T>(path: string): Promise<GitHubAnswer<T>> {
    const { signal, retryMilliseconds = 1000 } = this.#options;
    return await pRetry(() => this.#call<T>("GET", path), {
      retries: 4,
      minTimeout: retryMilliseconds,
      ...(signal ? { signal } : {}),
    });
  }

  async post<T>(path: string, body: object): Promise<GitHubAnswer<T>> {
    return await this.#call<T>("POST", path, body);
  }

  async #call<T>(method: string, path: string, body?: object): Promise<GitHubAnswer<T>> {
    const { api, token, repository } = this.#options;
    const response = await this.#send(`${api}/repos/${repository}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": "seedbed",
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw this.#refusal(`${method} ${path || "/"}`, response, text);
    return { json: JSON.parse(text) as T, date: Date.parse(response.headers.get("date") ?? "") };
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    const deadline = AbortSignal.timeout(30_000);
    const { signal } = this.#options;
    try {
      return await fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, deadline]) : deadline });
    } catch (cause) {
      const { message, cause: deeper } = cause as Error;
      const why = deeper instanceof Error ? `${message}: ${deeper.message}` : message;
      throw new SeedbedError("github-unreachable", `${this.#options.api} did not answer: ${why}`, {
        fix: "Check that the runner reaches GitHub's API, and run the workflow again.",
        cause,
      });
    }
  }

  /** An answer that another attempt will not better ends the repetition. */
  #refusal(what: string, response: Response, text: string): Error {
    const { status } = response;
    const limited = status === 429 || response.headers.get("x-ratelimit-remaining") === "0";
    const error = new SeedbedError(
      "github-refused",
      `GitHub answered ${what} of ${this.#options.repository} with ${status}: ${readMessage(text)}`,
      { fix: FIXES[status] ?? "Run the workflow again; if GitHub still answers so, look at its status page." },
    );
    return limited || status >= 500 ? error : new AbortError(error);
  }
}

const FIXES: Record<number, string> = {
  401: "Pass github_token: ${{ github.token }} to the Action.",
  403: "Give the job the permissions of the shipped provision.yml: contents: read, deployments: write.",
  404: "Give the job the permission contents: read, and check that the branch exists.",
};

function readMessage(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return message;
  } catch {
    // A proxy's page and no answer of GitHub's: its text says more than nothing.
  }
  return text.slice(0, 200);
}

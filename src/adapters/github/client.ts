import pRetry, { AbortError } from "p-retry";
import { SeedbedError } from "../../problem/error.ts";

export interface GitHubClientOptions {
  /** `https://api.github.com`, or that of a GitHub Enterprise server. */
  api: string;
  token: string;
  /** `owner/name`. */
  repository: string;
  signal?: AbortSignal;
  /** Delay before the first retry; it doubles for each further one. */
  retryMilliseconds?: number;
}

/** A REST response: its JSON, and GitHub's time when it was created. */
export interface GitHubAnswer<T> {
  json: T;
  /** Milliseconds since the epoch, from the `Date` header. */
  date: number;
}

/** Accesses one repository through GitHub's REST API with one token. Reads are retried, writes are not. */
export class GitHubClient {
  readonly #options: GitHubClientOptions;

  constructor(options: GitHubClientOptions) {
    this.#options = options;
  }

  /** `path` is relative to the repository, for example `/git/ref/heads/main`; an empty path is the repository itself. */
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
        fix: "Check that the runner can reach GitHub's API, then run the workflow again.",
        cause,
      });
    }
  }

  /** Retries end with a response that another attempt would not change. */
  #refusal(what: string, response: Response, text: string): Error {
    const { status } = response;
    const limited = status === 429 || response.headers.get("x-ratelimit-remaining") === "0";
    const error = new SeedbedError(
      "github-refused",
      `GitHub answered ${what} for ${this.#options.repository} with ${status}: ${readMessage(text)}`,
      { fix: FIXES[status] ?? "Run the workflow again; if it fails again, check GitHub's status page." },
    );
    return limited || status >= 500 ? error : new AbortError(error);
  }
}

const FIXES: Record<number, string> = {
  401: "Pass github_token: ${{ github.token }} to the Action.",
  403: "Give the job the permissions in the shipped provision.yml: contents: read, deployments: write.",
  404: "Give the job the permission contents: read and check that the branch exists.",
};

function readMessage(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return message;
  } catch {
    // Probably the error page of a proxy: its text is still useful.
  }
  return text.slice(0, 200);
}

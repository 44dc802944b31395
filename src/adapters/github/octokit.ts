import { Octokit } from "@octokit/rest";
import type { GitHubRepository } from "../../github/client.ts";
import { pinApiVersion } from "../../github/api-version.ts";
import { addRetries } from "../../github/repeat.ts";
import type { Clock } from "../../ports/clock.ts";

export interface OctokitOptions {
  /** `https://api.github.com`, or that of a GitHub Enterprise server. */
  api: string;
  token: string;
  /** `owner/name`. */
  repository: string;
  /** How requests are sent: through the environment's proxies. */
  fetch: typeof fetch;
  clock: Clock;
  signal?: AbortSignal;
}

/** Each failure is thrown once, with a fix; Octokit would print every attempt as well. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** One repository with the token of a run's job. */
export function openOctokit({ api, token, repository, fetch, clock, signal }: OctokitOptions): GitHubRepository {
  const octokit = new Octokit({
    auth: token,
    baseUrl: api,
    userAgent: "seedbed",
    log: SILENT,
    request: { fetch, ...(signal ? { signal } : {}) },
  });
  pinApiVersion(octokit);
  addRetries(octokit, { caller: "job", clock, signal });
  const [owner = "", repo = ""] = repository.split("/");
  return { octokit, at: { owner, repo } };
}

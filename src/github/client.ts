/** What both Octokits have, the Action's and Probot's: requests by route, and a hook around each of them. */
export interface GitHubClient {
  request: GitHubRequest;
  hook: { wrap(name: "request", around: AroundRequest): void };
}

/** `route` is `GET /repos/{owner}/{repo}/…`, as GitHub's documentation writes it. Throws what `failure.ts` describes. */
export type GitHubRequest = (route: string, parameters?: Record<string, unknown>) => Promise<GitHubAnswer>;

export interface GitHubAnswer {
  status: number;
  headers: Headers;
  data: unknown;
}

type Headers = Record<string, string | number | undefined>;

/** A request before its route's placeholders are filled. */
export interface RequestOptions {
  method: string;
  url: string;
  [parameter: string]: unknown;
}

type AroundRequest = <O extends RequestOptions, A extends GitHubAnswer>(
  request: (options: O) => A | Promise<A>,
  options: O,
) => Promise<A>;

/** One repository, seen with one client. */
export interface GitHubRepository {
  octokit: { request: GitHubRequest };
  at: { owner: string; repo: string };
}

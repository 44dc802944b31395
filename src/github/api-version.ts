import type { GitHubAnswer, GitHubClient, RequestOptions } from "./client.ts";

/** What the calls are written for: a later version leaves out `merge_commit_sha`, and GitHub may make it the default one day. */
const VERSION = "2022-11-28";

/** Sends each request for one version of GitHub's API (docs.github.com, "API Versions"). */
export function pinApiVersion(client: GitHubClient): void {
  client.hook.wrap(
    "request",
    <O extends RequestOptions, A extends GitHubAnswer>(request: (options: O) => A | Promise<A>, options: O) => {
      const headers = { ...(options["headers"] as object | undefined), "x-github-api-version": VERSION };
      return Promise.resolve(request({ ...options, headers }));
    },
  );
}

import type { Deployments } from "../../ports/deployments.ts";
import type { GitHubRepository } from "../../github/client.ts";

/** Each attempt as a Deployment `database/<db>`: display only, nothing waits for it or reads it. */
export function showDeployments({ octokit, at }: GitHubRepository, logUrl: string): Deployments {
  return {
    start: async ({ database, tip, description }) => {
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/deployments", {
        ...at,
        ref: tip,
        task: "seed",
        environment: `database/${database}`,
        description: shorten(description),
        production_environment: false,
        // Without these options GitHub would merge the default branch into the ref and require green checks.
        auto_merge: false,
        required_contexts: [],
      });
      return String((data as { id: number }).id);
    },
    say: async (id, { state, description }) => {
      const body = { state, description: shorten(description), log_url: logUrl, auto_inactive: false };
      const path = "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses";
      await octokit.request(path, { ...at, deployment_id: Number(id), ...body });
    },
  };
}

/** GitHub accepts at most 140 characters. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 140 ? line : `${line.slice(0, 139)}…`;
}

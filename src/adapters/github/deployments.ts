import type { Deployments } from "../../ports/deployments.ts";
import type { GitHubClient } from "./client.ts";

/** Each attempt as a Deployment `database/<db>`: display only, nothing waits for it or reads it. */
export function showDeployments(client: GitHubClient, logUrl: string): Deployments {
  return {
    start: async ({ database, tip, description }) => {
      const { json } = await client.post<{ id: number }>("/deployments", {
        ref: tip,
        task: "seed",
        environment: `database/${database}`,
        description: shorten(description),
        production_environment: false,
        // Without these options GitHub would merge the default branch into the ref and require green checks.
        auto_merge: false,
        required_contexts: [],
      });
      return String(json.id);
    },
    say: async (id, { state, description }) => {
      const body = { state, description: shorten(description), log_url: logUrl, auto_inactive: false };
      await client.post(`/deployments/${id}/statuses`, body);
    },
  };
}

/** GitHub accepts at most 140 characters. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 140 ? line : `${line.slice(0, 139)}…`;
}

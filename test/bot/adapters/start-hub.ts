import { pino } from "pino";
import { openRepository, createProbotApp } from "../../../bot/hub/octokit/probot-client.ts";
import type { Hub } from "../../../bot/hub/hub.ts";
import type { GitHub, GitHubOptions } from "../../world/github/github.ts";
import { startSample } from "../../world/github/start-sample.ts";

export interface HubWorld {
  github: GitHub;
  hub: Hub;
  /** The same repository for a new bot process, which has read nothing yet. */
  reopen(): Promise<Hub>;
  /** The pauses that the adapter asked for, in milliseconds; they are only recorded. */
  waits: number[];
  close(): Promise<void>;
}

/** The simulated GitHub and the bot's real client, with a clock that records pauses instead of waiting. */
export async function startHub(options: Partial<Omit<GitHubOptions, "folder">> = {}): Promise<HubWorld> {
  const github = await startSample({
    teams: { dba: ["grace"], platform: ["ada"] },
    rules: [{ type: "pull_request", parameters: { required_approving_review_count: 1 } }],
    files: {
      "README.md": "databases\n",
      "environments/hr/database_config.yaml": "owner: ada\n",
      ".github/workflows/provision.yml":
        "on: { workflow_dispatch: { inputs: { database: { required: true }, reason: {} } } }\nrun-name: 'seed ${{ inputs.database }}: ${{ inputs.reason }}'\n",
    },
    ...options,
  });
  const waits: number[] = [];
  const clock = {
    now: () => Date.now(),
    sleep: (milliseconds: number) => (waits.push(milliseconds), Promise.resolve()),
  };
  const probot = createProbotApp({
    appId: github.app.id,
    privateKey: github.app.privateKey,
    webhookSecret: github.app.webhookSecret,
    apiUrl: github.url,
    throttle: false,
    log: pino({ level: "silent" }),
  });
  const reopen = () => openRepository(probot, { repository: { owner: "acme", name: "databases" }, clock });
  const hub = await reopen();
  return { github, hub, reopen, waits, close: () => github.close() };
}

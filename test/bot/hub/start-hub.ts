import { pino } from "pino";
import { openRepository, createProbotApp } from "../../../bot/hub/octokit/probot-client.ts";
import type { Hub } from "../../../bot/hub/hub.ts";
import { openFetch } from "../../../src/adapters/http/fetch.ts";
import { readProxies } from "../../../src/http/proxies.ts";
import type { GitHub } from "../../world/github/github.ts";
import { startSample, type SampleOptions } from "../../world/github/start-sample.ts";

export interface HubWorld {
  github: GitHub;
  hub: Hub;
  /** The same repository for a new bot process, which has read nothing yet. */
  reopen(): Promise<Hub>;
  /** The pauses that the adapter asked for, in milliseconds. */
  waits: number[];
  close(): Promise<void>;
}

/** The simulated GitHub and the bot's real client, both with the time of the simulated world. */
export async function startHub(options: Partial<SampleOptions> = {}): Promise<HubWorld> {
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
  const { clock } = github;
  const client = {
    appId: github.app.id,
    privateKey: github.app.privateKey,
    webhookSecret: github.app.webhookSecret,
    apiUrl: github.url,
    throttle: false,
    fetch: openFetch(readProxies({})),
    log: pino({ level: "silent" }),
  };
  const repository = { owner: "acme", name: "databases" };
  const reopen = () => openRepository(createProbotApp(client), { repository, clock });
  const hub = await reopen();
  return { github, hub, reopen, waits: clock.pauses, close: () => github.close() };
}

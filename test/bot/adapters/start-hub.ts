import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { openRepository, createProbotApp } from "../../../bot/adapters/probot-client.ts";
import type { Hub } from "../../../bot/hub.ts";
import { startGitHub, type GitHub, type GitHubOptions } from "../../world/github/github.ts";

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
export async function startHub(options: Partial<GitHubOptions> = {}): Promise<HubWorld> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-hub-"));
  const github = await startGitHub({
    folder,
    owner: "acme",
    name: "databases",
    repositoryId: 812345678,
    users: [
      { login: "ada", id: 1, role: "write" },
      { login: "grace", id: 2, role: "write" },
      { login: "eve", id: 3, role: "read" },
    ],
    teams: { dba: ["grace"], platform: ["ada"] },
    app: { id: 7, slug: "seedbed", installationId: 70 },
    ruleset: {
      name: "main",
      target: "branch",
      enforcement: "active",
      bypass_actors: [{ actor_id: 7, actor_type: "Integration", bypass_mode: "always" }],
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: [{ type: "pull_request", parameters: { required_approving_review_count: 1 } }],
    },
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
  const close = async () => {
    await github.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { github, hub, reopen, waits, close };
}

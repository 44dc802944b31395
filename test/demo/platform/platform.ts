import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fillTemplate } from "../../../src/templates/fill-templates.ts";
import { BotProcess } from "../../world/bot-process.ts";
import { startGitHub, type GitHub } from "../../world/github/github.ts";
import { person, type Person } from "../../world/github/person.ts";
import type { RulesetFile } from "../../world/github/state.ts";
import { startRunner, type Runner } from "../../world/runner/runner.ts";
import type { World } from "../../world/world.ts";
import type { Narrator } from "../narrator.ts";
import { renderDemoSettings } from "../settings.ts";
import { startFleet, type Fleet } from "./fleet.ts";
import { PullPage } from "./pull.ts";

const TOP = join(import.meta.dirname, "../../..");
/** Any full SHA: the runner takes the Action from this checkout. */
const ACTION = `acme/seedbed@${"5eedbed".padEnd(40, "0")}`;

/** GitHub with its people, the bot, the runners and Fleet. */
export class Platform {
  readonly world: World;
  readonly tell: Narrator;
  readonly github: GitHub;
  readonly runner: Runner;
  readonly bot: BotProcess;
  readonly fleet: Fleet;
  /** Receives the lines that jobs print, as they come; null while nobody looks. */
  watchJobs: ((job: string, line: string) => void) | null = null;

  private constructor(parts: Pick<Platform, "world" | "tell" | "github" | "runner" | "bot" | "fleet">) {
    this.world = parts.world;
    this.tell = parts.tell;
    this.github = parts.github;
    this.runner = parts.runner;
    this.bot = parts.bot;
    this.fleet = parts.fleet;
  }

  static async open(world: World, tell: Narrator): Promise<Platform> {
    const key = generateKeyPairSync("ed25519");
    const publicKey = key.publicKey.export({ type: "spki", format: "der" }).toString("base64");
    const settings = `${renderDemoSettings(world)}approval: { keys: [ { id: k1, public_key: ${publicKey} } ], expires_days: 14 }\n`;
    const github = await openGitHub(world, settings);
    const { SEEDBED_INSECURE_REGISTRIES: insecure = "", ...secrets } = world.environment;
    const open: { platform: Platform | null } = { platform: null };
    const runner = await startRunner({
      github,
      actionFolder: TOP,
      actionName: "acme/seedbed",
      environments: { "source-hr-prod": { variables: { SEEDBED_SOURCE: "hr-prod" }, secrets, branches: ["main"] } },
      secrets: {},
      variables: {},
      groups: { seedbed: ["self-hosted", "linux"] },
      folder: world.folder,
      show: ({ job }, line) => open.platform?.watchJobs?.(job, line),
      machine: { SEEDBED_INSECURE_REGISTRIES: insecure },
    });
    const signingKey = key.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const bot = await BotProcess.open(github, botVariables(github, signingKey));
    await bot.listening();
    open.platform = new Platform({ world, tell, github, runner, bot, fleet: startFleet(github, world) });
    return open.platform;
  }

  as(login: string): Person {
    return person(this.github, login);
  }

  async openPull(login: string, branch: string, title: string): Promise<PullPage> {
    return new PullPage(this.github, await this.as(login).openPull(branch, title));
  }

  /** A file on main; null if there is none. */
  async main(path: string): Promise<string | null> {
    const { git } = this.github.state;
    const blob = await git.resolve(`refs/heads/main:${path}`);
    return blob === null ? null : (await git.readBlob(blob)).toString("utf8");
  }

  /** The log of a job as the page of its run shows it. */
  async runLog(run: number, job: string): Promise<string> {
    return readFile(join(this.world.folder, "runs", String(run), job, "log.txt"), "utf8");
  }

  get database() {
    return this.world.cluster.database("hr");
  }

  /** GitHub's part of world.json. */
  async counts() {
    const { github, runner } = this;
    const commitsBy: Record<string, number> = {};
    const authors = await github.state.git.git(["log", "--format=%an", "refs/heads/main"]);
    for (const name of authors.trim().split("\n")) commitsBy[name] = (commitsBy[name] ?? 0) + 1;
    return {
      git: { pushes_refused: await github.refusedPushes(), commits_by: commitsBy },
      github: {
        merges_refused: github.state.mergesRefused,
        calls: github.calls.counts,
        violations: github.calls.violations,
        webhooks: github.webhooks.counts(),
      },
      runs: runner.jobs,
    };
  }

  async close(): Promise<void> {
    await this.bot.stop();
    await this.fleet.close();
    await this.runner.close();
    await this.github.close();
  }
}

function botVariables({ app, state, url }: GitHub, signingKey: string): Record<string, string> {
  return {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: app.webhookSecret,
    SIGNING_KEY: signingKey,
    SIGNING_KEY_ID: "k1",
    REPOSITORY: `${state.owner}/${state.name}`,
    GITHUB_API_URL: url,
    SWEEP_MINUTES: "1",
    // GitHub wants one second between writes; the simulated one does not.
    THROTTLE: "off",
    NODE_NO_WARNINGS: "1",
  };
}

async function openGitHub(world: World, settings: string): Promise<GitHub> {
  const template = (name: string) => readFile(join(TOP, "src/templates", name), "utf8");
  const fill = { action: ACTION, app: "7", owner: "acme" };
  return startGitHub({
    folder: world.folder,
    owner: "acme",
    name: "databases",
    repositoryId: 812345678,
    users: [
      { login: "ada", id: 1, role: "write" },
      { login: "grace", id: 2, role: "write" },
      { login: "lin", id: 3, role: "write" },
      { login: "mallory", id: 4, role: "write" },
      { login: "root", id: 5, role: "admin" },
    ],
    teams: { dba: ["grace"], platform: ["root"] },
    app: { id: 7, slug: "seedbed", installationId: 70 },
    ruleset: JSON.parse(fillTemplate(await template("ruleset.json"), fill)) as RulesetFile,
    files: {
      "README.md": "# databases\n",
      ".github/workflows/provision.yml": fillTemplate(await template("provision.yml"), fill),
      ".github/seedbed.yml": settings,
      "environments/.keep": "",
    },
  });
}

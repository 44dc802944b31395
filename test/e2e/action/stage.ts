import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Permit, PermitFacts } from "../../../src/permit/permit.ts";
import { signApproval } from "../../../src/permit/sign-approval.ts";
import { listRequestDigests } from "../../../src/digests/request-files.ts";
import { exampleVolume } from "../../lock/example-lock.ts";
import { lockAfterFailure, lockAfterSeed, emptyLock } from "../../../src/lock/advance-lock.ts";
import { renderLock } from "../../../src/lock/render-lock.ts";
import type { SeedResult } from "../../../src/lock/seed-result.ts";
import { fillTemplate } from "../../../src/templates/fill-templates.ts";
import { makeKey, type TestKey } from "../../permit/example-permit.ts";
import { renderDemoSettings } from "../../demo/settings.ts";
import { startGitHub, type GitHub } from "../../world/github/github.ts";
import { person } from "../../world/github/person.ts";
import type { WorkflowRun } from "../../world/github/runs.ts";
import { botAccount, noreply, type RulesetFile } from "../../world/github/state.ts";
import type { RunnerEnvironment } from "../../world/runner/options.ts";
import { startRunner, type Runner } from "../../world/runner/runner.ts";
import { removeWorld, startWorld, type World, type WorldOptions } from "../../world/world.ts";

const TOP = join(import.meta.dirname, "../../..");
const ACTION = `acme/seedbed@${"5eedbed".padEnd(40, "0")}`;

export interface StageOptions extends Omit<WorldOptions, "folder"> {
  /** The process environment of the runners, also what a test puts into it later. */
  machine?: Record<string, string>;
  /** As in the runner's options. */
  mayStartPrograms?: boolean;
}

/** The world with a repository in which request, settings, template and a signed permit stand on main, and runners. */
export class ActionStage {
  readonly world: World;
  readonly github: GitHub;
  readonly runner: Runner;
  readonly key: TestKey;
  readonly environments: Record<string, RunnerEnvironment>;
  readonly #folder: string;

  private constructor(
    parts: Pick<ActionStage, "world" | "github" | "runner" | "key" | "environments">,
    folder: string,
  ) {
    this.world = parts.world;
    this.github = parts.github;
    this.runner = parts.runner;
    this.key = parts.key;
    this.environments = parts.environments;
    this.#folder = folder;
  }

  static async open({ machine = {}, mayStartPrograms = false, ...options }: StageOptions = {}): Promise<ActionStage> {
    const folder = await mkdtemp(join(tmpdir(), "seedbed-action-"));
    const world = await startWorld({ folder, ...options });
    const key = makeKey("k1");
    const template = (name: string) => readFile(join(TOP, "src/templates", name), "utf8");
    const fill = { action: ACTION, app: "7", owner: "acme" };
    const github = await startGitHub({
      folder,
      owner: "acme",
      name: "databases",
      repositoryId: 812345678,
      users: [
        { login: "ada", id: 1, role: "write" },
        { login: "grace", id: 2, role: "write" },
      ],
      teams: { dba: ["grace"], platform: [] },
      app: { id: 7, slug: "seedbed", installationId: 70 },
      ruleset: JSON.parse(fillTemplate(await template("ruleset.json"), fill)) as RulesetFile,
      files: {
        ".github/workflows/provision.yml": fillTemplate(await template("provision.yml"), fill),
        ".github/seedbed.yml": settingsOf(world, key),
        ...(await requestFiles("hr")),
      },
    });
    const { SEEDBED_INSECURE_REGISTRIES: insecure = "", ...secrets } = world.environment;
    const environments = {
      "source-hr-prod": { variables: { SEEDBED_SOURCE: "hr-prod" }, secrets, branches: ["main"] },
    };
    const runner = await startRunner({
      github,
      actionFolder: TOP,
      actionName: "acme/seedbed",
      environments,
      secrets: {},
      variables: {},
      groups: { seedbed: ["self-hosted", "linux"] },
      folder: join(folder, "runner"),
      machine: Object.assign(machine, { SEEDBED_INSECURE_REGISTRIES: insecure, ...machine }),
      mayStartPrograms,
    });
    return new ActionStage({ world, github, runner, key, environments }, folder);
  }

  /** A commit by the App on main, which its ruleset lets through. */
  async commit(files: Record<string, string | null>, mode = "100644"): Promise<string> {
    const { git } = this.github.state;
    const head = (await git.resolve("refs/heads/main"))!;
    const edits = await Promise.all(
      Object.entries(files).map(async ([path, text]) => ({
        path,
        mode,
        sha: text === null ? null : await git.writeBlob(Buffer.from(text)),
      })),
    );
    const bot = botAccount(this.github.state);
    const who = { ...noreply(bot), date: this.github.state.now() };
    const tree = await git.writeTree(`${head}^{tree}`, edits);
    const sha = await git.writeCommit({ tree, parents: [head], author: who, committer: who, message: "Bot" });
    await git.updateRef("refs/heads/main", sha, head);
    return sha;
  }

  /** A permit for the request as it stands on main, signed by the bot's key. */
  async permit(change: Partial<PermitFacts> = {}): Promise<string> {
    const paths = ["database_config.yaml", "scripts/mask.sql"];
    const below = await Promise.all(
      paths.map(async (path) => [path, await this.read(`environments/hr/${path}`)] as const),
    );
    const now = Date.now();
    const permit: Permit = {
      version: 1,
      repository: { id: "812345678", name: "acme/databases" },
      database: "hr",
      source: "hr-prod",
      request: listRequestDigests({ database: "hr", files: Object.fromEntries(below) }),
      work: "export",
      generation: 1,
      signed_at: new Date(now).toISOString(),
      expires_at: new Date(now + 86_400_000).toISOString(),
      ...change,
      cause: "review",
      evidence: {
        pull: "1",
        head: "a".repeat(40),
        merge: "b".repeat(40),
        check: "5",
        reviews: [{ id: "9", user: "2", login: "grace", at: new Date(now).toISOString() }],
      },
    };
    return signApproval(permit, this.key.signing).toString("utf8");
  }

  async commitPermit(change: Partial<PermitFacts> = {}): Promise<string> {
    return await this.commit({ "environments/hr/approval.yaml": await this.permit(change) });
  }

  /** What the bot does with a result: lock on main. */
  async commitLock(result: SeedResult): Promise<void> {
    const attempt = { approval: result.approval, at: new Date().toISOString() };
    const repository = `${this.world.registry.host}/dev/hr`;
    const lock =
      result.outcome === "seeded"
        ? lockAfterSeed(emptyLock("hr"), { ...attempt, result, repository, volume: exampleVolume })
        : lockAfterFailure(emptyLock("hr"), { ...attempt, result });
    await this.commit({ "environments/hr/seed.lock.yaml": renderLock(lock) });
  }

  /** The bot dispatches the workflow, as the App does. */
  async dispatch(database = "hr"): Promise<WorkflowRun> {
    const { github } = this;
    const path = `/repos/acme/databases/actions/workflows/provision.yml/dispatches`;
    const response = await fetch(`${github.url}${path}`, {
      method: "POST",
      headers: { authorization: `token ${github.tokens.forInstallation()}` },
      body: JSON.stringify({ ref: "main", inputs: { database, reason: "permit" }, return_run_details: true }),
    });
    const { workflow_run_id: id } = (await response.json()) as { workflow_run_id: number };
    return this.#find(id);
  }

  /** Somebody presses "Run workflow". */
  async runBy(login: string, database = "hr", ref = "main"): Promise<WorkflowRun> {
    const inputs = { database, reason: "fresh data" };
    const answer = await person(this.github, login).runWorkflow("provision.yml", inputs, ref);
    return this.#find(Number(answer.json["workflow_run_id"]));
  }

  finished(run: WorkflowRun): Promise<WorkflowRun> {
    return this.github.runs.finished(run);
  }

  /** A file that the runner kept of a job; null where the job left none. */
  async kept(run: WorkflowRun, path: string): Promise<string | null> {
    return await readFile(join(this.#folder, "runner/runs", String(run.id), path), "utf8").catch(() => null);
  }

  async result(run: WorkflowRun, job = "seed"): Promise<SeedResult> {
    return JSON.parse((await this.kept(run, `${job}/seed-result.json`)) ?? "null") as SeedResult;
  }

  /** Every byte that runs left: logs, summaries, outputs, results, artifacts. */
  async everything(): Promise<string> {
    const folder = join(this.#folder, "runner");
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(files.map((path) => readFile(path, "utf8")));
    return [...texts, JSON.stringify(this.github.state.deployments)].join("\n");
  }

  /** A run by its place in the order of their starts. */
  run(index: number): WorkflowRun {
    const run = this.github.runs.all[index];
    if (!run) throw new Error(`no run ${index}`);
    return run;
  }

  /** How often anybody was at the source. */
  async touched() {
    const { ssh, logons, exports } = await this.world.counts();
    return { ssh: ssh.connections, logons, exports: exports.started };
  }

  /** A file on main. */
  async read(path: string): Promise<string> {
    return await this.github.state.git.git(["cat-file", "blob", `refs/heads/main:${path}`]);
  }

  /** The bot starts an old run again. */
  async rerun(run: WorkflowRun): Promise<void> {
    const response = await fetch(`${this.github.url}/repos/acme/databases/actions/runs/${run.id}/rerun`, {
      method: "POST",
      headers: { authorization: `token ${this.github.tokens.forInstallation()}` },
    });
    if (response.status !== 201) throw new Error(`re-run: ${response.status}`);
  }

  async until(holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + 30_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`it did not come to that:\n${await this.everything()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.github.close();
    await this.world.close();
    await removeWorld(this.#folder);
  }

  #find(id: number): WorkflowRun {
    const run = this.github.runs.all.find((one) => one.id === id);
    if (!run) throw new Error(`no run ${id}`);
    return run;
  }
}

/** The demo's settings with a key, without which nobody asks for a permit. */
export function settingsOf(world: World, key: TestKey): string {
  const { id, public_key: publicKey } = key.settings;
  return `${renderDemoSettings(world)}approval: { keys: [ { id: ${id}, public_key: ${publicKey} } ], expires_days: 14 }\n`;
}

async function requestFiles(database: string): Promise<Record<string, string>> {
  const folder = join(TOP, "environments", database);
  const read = async (path: string) => [`environments/${database}/${path}`, await readFile(join(folder, path), "utf8")];
  const files = ["database_config.yaml", "scripts/mask.sql"].map(read);
  return Object.fromEntries(await Promise.all(files)) as Record<string, string>;
}

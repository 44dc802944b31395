import { type Permit, approvalDigest } from "../../../src/permit/permit.ts";
import { digestOfBytes, type Digest } from "../../../src/crypto/digest.ts";
import { digestImportInputs, digestSeedInputs, seedOf } from "../../../src/digests/seed.ts";
import { parseSettings } from "../../../src/settings/parse-settings.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { isOurPath } from "../../../bot/decide/main/commits/our-path.ts";
import type { DatabaseState, MainOutputs, MainState, Origin, RunState } from "../../../bot/decide/main/main-state.ts";
import { readDatabases } from "../../../bot/observe/main/read-databases.ts";
import { judgeResult } from "../../../bot/decide/main/results/judge-result.ts";
import { renderRecord } from "../../../bot/decide/gate/record.ts";
import { decideMain } from "../../../bot/decide/main/decide-main.ts";
import type { HubTree } from "../../../bot/hub/git.ts";
import { databaseFileOf } from "../../../src/layout/database-folder.ts";
import { parseLock } from "../../../src/lock/parse-lock.ts";
import { memoryTree } from "../../database/memory-tree.ts";
import type { RunFacts } from "../../../bot/hub/runs.ts";
import type { LockCommit } from "../../../src/permit/verify-history.ts";
import type { SigningKey } from "../../../src/permit/sign-approval.ts";
import { failedOf } from "./fake-runner.ts";
import { makeSigningPair, settingsText } from "./main-world.ts";

const ada = { id: "1", login: "ada", type: "User" };
const grace = { id: "2", login: "grace", type: "User" };
const bot = { id: "900", login: "seedbed[bot]" };
const HEAD = "a".repeat(40);

interface ModelRun {
  facts: RunFacts;
  database: string;
  reason: string;
  /** The text of its result; null if it leaves none. */
  text: string | null;
  /** The permit that it had when it ended. */
  worked: Digest | null;
}

/** Main as a map of files, with runs and people: events and the bot's outputs are methods, without network or clock. */
export class Model {
  readonly files = new Map<string, string>();
  readonly locks: LockCommit[] = [];
  readonly commits: string[] = [];
  readonly cancelled: { run: string; why: string }[] = [];
  runs: ModelRun[] = [];
  now = Date.parse("2026-11-22T12:00:00Z");
  private readonly pairs = [makeSigningPair(), makeSigningPair()];
  private readonly origins = new Map<string, Origin>();
  private keyCount = 1;
  private base = "6";
  private project = "c-m-1:p-1";
  private sourceLines = "";
  private ids = 100;
  private pulls = 0;

  /** Brings a request to main by a merged pull request; with `reviewed: false`, by a push past the ruleset. */
  merge(database: string, { config, mask, reviewed }: { config: string; mask: string; reviewed: boolean }): void {
    this.files.set(`environments/${database}/database_config.yaml`, config);
    this.files.set(`environments/${database}/scripts/mask.sql`, mask);
    this.pulls += 1;
    this.origins.set(database, this.origin(reviewed));
  }

  /** Changes the base image in the settings by a reviewed pull request. */
  moveBase(digit: string): void {
    this.base = digit;
    this.pulls += 1;
  }

  /** Reviewed settings with another Rancher project, which changes only the manifests. */
  moveProject(id: string): void {
    this.project = id;
  }

  /** Bypasses the ruleset: edits a manifest and adds a file beside it. */
  editManifests(database: string): void {
    const top = `environments/${database}/manifests`;
    this.files.set(`${top}/10-namespace.yaml`, "kind: Nothing\n");
    this.files.set(`${top}/99-more.yaml`, "kind: Nothing\n");
  }

  setSource(lines: string): void {
    this.sourceLines = lines;
  }

  rotateKey(): void {
    this.keyCount = 2;
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
  }

  runByHand(database: string, login: "ada" | "grace" | "eve"): void {
    const person = { ada, grace, eve: { id: "4", login: "eve" } }[login];
    this.start(database, { reason: "by hand", actor: person });
  }

  /** Ends the oldest run in flight. */
  async finish(outcome: "seeded" | "failed" | "lost"): Promise<void> {
    const run = this.runs.find(({ facts }) => facts.status !== "completed");
    if (run === undefined) return;
    const approval = this.files.get(`environments/${run.database}/approval.yaml`);
    Object.assign(run.facts, { status: "completed", conclusion: outcome === "seeded" ? "success" : "failure" });
    if (outcome === "lost" || approval === undefined) return;
    run.worked = approvalDigest(Buffer.from(approval));
    run.text = JSON.stringify(await this.result(run, { approval, outcome }));
  }

  settings(): Settings {
    const keys = this.pairs.slice(0, this.keyCount).map(({ publicKey }, index) => ({ id: `k${index + 1}`, publicKey }));
    const text = settingsText({ keys, base: this.base, source: this.sourceLines });
    const parsed = parseSettings(text.replace("c-m-1:p-1", this.project), "s.yml");
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return parsed.value;
  }

  key(): SigningKey {
    return { id: `k${this.keyCount}`, privateKey: this.pairs[this.keyCount - 1]!.privateKey };
  }

  async state(): Promise<MainState> {
    const settings = this.settings();
    const context = { settings, repositoryId: "812345678", now: this.now };
    const databases = (await readDatabases(this.tree(), context)).map((db) => this.know(db));
    const base: MainState = {
      repository: { id: "812345678", name: "acme/databases" },
      botLogin: bot.login,
      appId: 7,
      head: HEAD,
      now: this.now,
      settings,
      databases,
      leftovers: [],
      marker: false,
      runs: [],
      started: [],
      workflow: { id: "5", path: ".github/workflows/provision.yml", blob: "b1" },
      baseOrigins: new Map([["free-26ai", this.origin(true)]]),
    };
    return { ...base, runs: this.runs.map((run) => this.judge(run, base)).toReversed() };
  }

  /** Lets the bot reconcile until it has nothing more to do; returns its last outputs. */
  async settle(): Promise<MainOutputs> {
    for (let round = 0; round < 20; round += 1) {
      const outputs = decideMain(await this.state(), this.key());
      if (outputs.commit !== null) this.apply(outputs.commit);
      for (const { database, reason } of outputs.dispatches) this.start(database, { reason, actor: bot });
      for (const { run, why } of outputs.cancellations) this.cancel(run, why);
      if (outputs.commit === null && outputs.dispatches.length === 0 && outputs.cancellations.length === 0)
        return outputs;
    }
    throw new Error(`the bot does not settle: ${this.commits.slice(-5).join(" | ")}`);
  }

  private apply(commit: NonNullable<MainOutputs["commit"]>): void {
    for (const { path, text } of commit.write) {
      if (!isOurPath(path)) throw new Error(`the bot wrote ${path}`);
      this.files.set(path, text);
    }
    for (const path of commit.remove) this.files.delete(path);
    this.commits.push(commit.message);
    for (const { path } of commit.write) if (path.endsWith("seed.lock.yaml")) this.locks.push(this.lockCommit(path));
  }

  private lockCommit(path: string): LockCommit {
    const top = path.slice(0, path.lastIndexOf("/") + 1);
    const request = ["database_config.yaml", "scripts/mask.sql"].map((name) => [
      name,
      this.files.get(top + name) ?? "",
    ]);
    return {
      commit: HEAD,
      lock: parseLock(this.files.get(path) ?? "", path, databaseFileOf(path)?.database ?? ""),
      unreadable: [],
      approval: this.files.get(`${top}approval.yaml`) ?? null,
      request: Object.fromEntries(request) as Record<string, string>,
      keys: this.settings().approval.keys,
      hadKeys: true,
    };
  }

  private cancel(id: string, why: string): void {
    this.cancelled.push({ run: id, why });
    const run = this.runs.find(({ facts }) => facts.id === id);
    if (run) Object.assign(run.facts, { status: "completed", conclusion: "cancelled" });
  }

  private start(database: string, { reason, actor }: { reason: string; actor: { id: string; login: string } }): void {
    this.ids += 1;
    // GitHub's clock advances between two events.
    this.now += 1000;
    const at = new Date(this.now).toISOString();
    const facts: RunFacts = {
      id: String(this.ids),
      attempt: 1,
      event: "workflow_dispatch",
      status: "in_progress",
      conclusion: null,
      title: `seed ${database}: ${reason}`,
      path: ".github/workflows/provision.yml",
      workflowId: "5",
      headBranch: "main",
      headSha: HEAD,
      repositoryId: "812345678",
      headRepositoryId: "812345678",
      triggeringActor: actor,
      referencedWorkflows: 0,
      createdAt: at,
      startedAt: at,
    };
    this.runs.push({ facts, database, reason, text: null, worked: null });
  }

  private judge({ facts, database, reason, text }: ModelRun, state: MainState): RunState {
    const run = { facts, database, reason, exact: true };
    if (facts.status !== "completed") return { ...run, verdict: { kind: "running", trusted: true, why: "" } };
    const db = state.databases.find((one) => one.database === database);
    if (text === null) return { ...run, verdict: { kind: "lost", why: "it left nothing" } };
    const open = db?.verdict.kind === "open" || db?.verdict.kind === "expired";
    if (!db?.request || !open) return { ...run, verdict: { kind: "unread" } };
    const { request, lock, files } = db;
    const seed = seedOf(request, state.settings, files);
    const base = state.settings.bases["free-26ai"]!;
    if (db.verdict.permit === null) throw new Error("an open permit");
    const expected = { repositoryId: "812345678", run: run.facts, database, lock, verdict: db.verdict, seed, base };
    return { ...run, verdict: judgeResult(text, expected) };
  }

  private async result({ facts, database }: ModelRun, { approval, outcome }: { approval: string; outcome: string }) {
    const db = (await this.state()).databases.find((one) => one.database === database);
    const settings = this.settings();
    const base = settings.bases["free-26ai"]!;
    const seed = seedOf(db!.request!, settings, db!.files);
    const image = /^work: image$/m.test(approval);
    const honest = {
      version: 1 as const,
      repositoryId: "812345678",
      run: facts.id,
      attempt: 1,
      database,
      approval: digestOfBytes(approval),
      generation: Number(/^generation: (\d+)$/m.exec(approval)![1]),
      outcome: "seeded" as const,
      digests: {
        seedInputs: digestSeedInputs(seed),
        importInputs: digestImportInputs(seed),
        runtime: digestOfBytes("r"),
      },
      seed,
      dumpSet: {
        digest: image ? db!.lock.dump_set!.digest : digestOfBytes(`dump ${facts.id}`),
        files: 1,
        bytes: 1,
        rows: 1,
        scn: "1",
        exported_at: "2026-11-22T12:00:00Z",
      },
      image: { digest: digestOfBytes(facts.id), base: base.image.split("@")[1] as Digest, platform: base.platform },
      summary: { stages: [], warnings: [], leftOnSource: [] },
    };
    return outcome === "failed" ? failedOf(honest) : honest;
  }

  private know(db: DatabaseState): DatabaseState {
    const { verdict, database } = db;
    const origin = this.origins.get(database) ?? null;
    const contributors = verdict.covers ? null : [ada];
    return { ...db, origin, people: { dba: [grace], reseed: [ada] }, contributors };
  }

  private origin(reviewed: boolean): Origin {
    const commit = { sha: HEAD, parents: [], message: "m", author: ada, committer: ada };
    if (!reviewed) return { commit, merges: [] };
    const changes = { requests: {}, files: {} };
    const record = renderRecord({
      changes: { ...changes, manifests: {}, kept: [] },
      heads: [HEAD],
      updates: [],
      pushers: [ada],
      reviews: [{ id: "901", head: HEAD }],
    })!;
    const check = (name: string, completedAt: string) => ({
      id: "5001",
      name,
      appId: 7,
      status: "completed",
      conclusion: "success",
      completedAt,
      externalId: "",
      title: "",
      summary: "",
      text: name === "seedbed/dba-approval" ? record : "",
    });
    return {
      commit,
      merges: [
        {
          pull: {
            number: this.pulls,
            state: "closed",
            merged: true,
            mergedAt: "2026-11-22T11:00:00Z",
            mergeCommit: HEAD,
            draft: false,
            author: ada,
            head: { sha: HEAD, branch: "b", repositoryId: "812345678" },
            base: { sha: HEAD, branch: "main" },
          } as Origin["merges"][number]["pull"],
          changes,
          held: true,
          checks: [
            check("seedbed/render", "2026-11-22T10:00:00Z"),
            check("seedbed/dba-approval", "2026-11-22T10:10:00Z"),
          ],
          reviews: [
            {
              id: "901",
              user: grace,
              state: "APPROVED",
              commit: HEAD,
              submittedAt: "2026-11-22T10:05:00Z",
            },
          ],
          contributors: { author: ada, commits: [commit], pushers: [ada], botLogin: "seedbed[bot]" },
        },
      ],
    };
  }

  private tree(): HubTree {
    return { commit: HEAD, ...memoryTree(Object.fromEntries(this.files)) };
  }

  permit(database: string): string {
    return this.files.get(`environments/${database}/approval.yaml`) ?? "";
  }

  lock(database: string): string {
    return this.files.get(`environments/${database}/seed.lock.yaml`) ?? "";
  }

  work(database: string): Permit["work"] | undefined {
    return /^work: (\w+)$/m.exec(this.permit(database))?.[1] as Permit["work"] | undefined;
  }
}

import { createHash } from "node:crypto";
import { ZipFile } from "yazl";
import { digestImportInputs, digestSeedInputs, seedOf } from "../../../src/digests/seed.ts";
import type { Digest } from "../../../src/crypto/digest.ts";
import type { Failed, Seeded } from "../../../src/lock/seed-result.ts";
import { parseRequest } from "../../../src/request/parse-request.ts";
import type { RequestFiles } from "../../../src/request/request.ts";
import { parseSettings } from "../../../src/settings/parse-settings.ts";
import type { WorkflowRun } from "../../world/github/runs.ts";
import type { MainWorld } from "./main-world.ts";

/** The GitHub whose runs are taken, and the files on its main. */
export type RunnerWorld = Pick<MainWorld, "github" | "show">;

/** What a run does instead of seeding: it changes the honest result or uploads something else. */
export interface RunPlan {
  conclusion?: "success" | "failure" | "cancelled";
  group?: string;
  jobs?: string[];
  name?: string;
  /** The honest result, changed. */
  result?: (honest: Seeded) => unknown;
  /** Instead of a zip with one result; null uploads nothing. */
  zip?: ((text: string) => Promise<Buffer>) | null;
}

/** The next queued run; throws if there is none. */
export async function takeRun({ github }: Pick<RunnerWorld, "github">): Promise<WorkflowRun> {
  return github.runs.take(AbortSignal.timeout(1000));
}

/** Executes a run like provision.yml, but without an export: its jobs, its artifact, its conclusion. */
export async function finishRun(world: RunnerWorld, run: WorkflowRun, plan: RunPlan = {}): Promise<void> {
  const { runs } = world.github;
  const database = /^seed (\S+):/.exec(run.title)?.[1] ?? "";
  const conclusion = plan.conclusion ?? "success";
  const names = plan.jobs ?? ["plan", `seed (${database})`];
  for (const name of names.slice(0, -1)) runs.finishJob(runs.startJob(run, name, "GitHub Actions"), "success");
  const last = runs.startJob(run, names.at(-1) ?? "", plan.group ?? "seedbed");
  if (plan.zip !== null) {
    const honest = await honestResult(world, database, run);
    const text = JSON.stringify(plan.result === undefined ? honest : plan.result(honest));
    runs.upload(run, plan.name ?? `seed-result-${run.attempt}`, await (plan.zip ?? zipResult)(text));
  }
  runs.finishJob(last, conclusion);
  runs.finish(run, conclusion);
}

/** The zip that actions/upload-artifact makes of one file. */
export function zipResult(text: string): Promise<Buffer> {
  return zipFiles({ "seed-result.json": text });
}

export async function zipFiles(files: Record<string, string>, mode = 0o100644): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name, { mode });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The result that a good run would upload now, computed from main. */
export async function honestResult(world: RunnerWorld, database: string, run: WorkflowRun): Promise<Seeded> {
  const approval = (await world.show(`environments/${database}/approval.yaml`)) ?? "";
  const generation = Number(/^generation: (\d+)$/m.exec(approval)?.[1] ?? 0);
  const settings = parseSettings((await world.show(".github/seedbed.yml")) ?? "", "s");
  const files = await requestFiles(world, database);
  if (!settings.ok) throw new Error("settings");
  const request = parseRequest(files, settings.value);
  if (!request.ok) throw new Error(JSON.stringify(request.problems));
  const seed = seedOf(request.value, settings.value, files);
  const base = settings.value.bases["free-26ai"]!;
  // Every run has a new dump set, except for a new image from the same dump.
  const locked = /^dump_set: \{ digest: (\S+),/m.exec(
    (await world.show(`environments/${database}/seed.lock.yaml`)) ?? "",
  );
  const dump = /^work: image$/m.test(approval) ? (locked?.[1] as Digest) : digest(`dump ${run.id} ${run.attempt}`);
  return {
    version: 1,
    repositoryId: "812345678",
    run: String(run.id),
    attempt: run.attempt,
    database,
    approval: digest(approval),
    generation,
    outcome: "seeded",
    digests: { seedInputs: digestSeedInputs(seed), importInputs: digestImportInputs(seed), runtime: digest("runtime") },
    seed,
    dumpSet: { digest: dump, files: 2, bytes: 8192, rows: 10, scn: "88231999", exported_at: "2026-11-23T15:00:00Z" },
    image: { digest: digest(`image ${run.id}`), base: base.image.split("@")[1] as Digest, platform: base.platform },
    summary: { stages: [{ name: "export", seconds: 12.5, text: "2 tables" }], warnings: [], leftOnSource: [] },
  };
}

async function requestFiles(world: RunnerWorld, database: string): Promise<RequestFiles> {
  const list = await world.github.state.git.git(["ls-tree", "-r", "--name-only", "main", `environments/${database}/`]);
  const files: Record<string, string> = {};
  for (const path of list.trim().split("\n")) {
    const below = path.slice(`environments/${database}/`.length);
    if (/^(manifests\/|approval\.yaml|seed\.lock\.yaml)/.test(below)) continue;
    files[below] = (await world.show(path)) ?? "";
  }
  return { database, files };
}

export function failedOf(honest: Seeded): Failed {
  const { version, repositoryId, run, attempt, database, approval, generation } = honest;
  return {
    version,
    repositoryId,
    run,
    attempt,
    database,
    approval,
    generation,
    outcome: "failed",
    stage: "export",
    code: "source-ora-39002",
    text: "ORA-39002: invalid operation\nORA-39070: Unable to open the log file.",
    fix: "Ask the DBA to run: grant read, write on directory SEEDBED_DIR to SEEDBED_EXPORT;",
    leftOnSource: [],
  };
}

function digest(text: string): Digest {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

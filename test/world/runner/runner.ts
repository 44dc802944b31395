import { mkdir } from "node:fs/promises";
import type { Job, WorkflowRun } from "../github/runs.ts";
import { ConcurrencyGroups } from "./concurrency.ts";
import { interpolate, interpolateText, UnknownToRunner, type Contexts } from "./expression.ts";
import type { JobRow, RunnerOptions } from "./options.ts";
import { checkSteps, runJob, type JobOrder } from "./run-job.ts";
import { parseWorkflow, type WorkflowJob } from "./workflow.ts";

/** Runners of a repository: they take its runs and carry out what the workflow at the run's commit says, and nothing else. */
export interface Runner {
  /** Jobs that ended, in order. */
  jobs: JobRow[];
  /** What a workflow asked for that is not known here. A test that leaves one fails when the runner is closed. */
  unknown: string[];
  close(): Promise<void>;
}

/** Starts runners for a simulated GitHub. */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  await mkdir(options.folder, { recursive: true });
  const runner = new Runners(options);
  const working = runner.work();
  return {
    jobs: runner.jobs,
    unknown: runner.unknown,
    close: async () => {
      await runner.stop();
      await working;
      if (runner.unknown.length > 0) throw new Error(`the runner does not know: ${runner.unknown.join("; ")}`);
    },
  };
}

type Conclusion = "success" | "failure" | "cancelled" | "skipped";

class Runners {
  readonly jobs: JobRow[] = [];
  readonly unknown: string[] = [];
  readonly #options: RunnerOptions;
  readonly #groups = new ConcurrencyGroups();
  readonly #stop = new AbortController();
  readonly #working = new Set<Promise<void>>();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  async work(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const run = await this.#take();
      if (run === null) return;
      const working = this.#runSafely(run).finally(() => this.#working.delete(working));
      this.#working.add(working);
    }
  }

  /** Runs that are still at it are cancelled first. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const { runs } = this.#options.github;
    for (const run of runs.all) if (run.status === "in_progress") runs.cancel(run);
    await Promise.all(this.#working);
  }

  async #take(): Promise<WorkflowRun | null> {
    try {
      return await this.#options.github.runs.take(this.#stop.signal);
    } catch (error) {
      if (this.#stop.signal.aborted) return null;
      throw error;
    }
  }

  async #runSafely(run: WorkflowRun): Promise<void> {
    const { runs } = this.#options.github;
    try {
      runs.finish(run, await this.#run(run));
    } catch (error) {
      // As GitHub does with a workflow that it cannot read; tests find the reason in `unknown`.
      this.unknown.push(error instanceof UnknownToRunner ? error.message : String((error as Error).stack));
      runs.finish(run, "startup_failure");
    }
  }

  async #run(run: WorkflowRun): Promise<string> {
    const { git } = this.#options.github.state;
    const text = (await git.readBlob(`${run.headSha}:${run.path}`)).toString("utf8");
    const workflow = parseWorkflow(text);
    await checkSteps(workflow, this.#options);
    const needs: Contexts = {};
    const ends: Conclusion[] = [];
    // The shipped workflow names its jobs in the order in which they need each other.
    for (const [id, job] of Object.entries(workflow.jobs)) {
      const unmet = job.needs.find((name) => !Object.hasOwn(needs, name));
      if (unmet !== undefined) throw new UnknownToRunner(`jobs.${id} needs ${unmet}, which is defined after it`);
      const { conclusion, outputs } = await this.#runJob({ run, workflow, id, job, needs: pick(needs, job) }, ends);
      needs[id] = { outputs, result: conclusion };
      ends.push(conclusion);
    }
    if (ends.includes("cancelled")) return "cancelled";
    return ends.includes("failure") ? "failure" : "success";
  }

  async #runJob(
    order: JobOrder,
    before: Conclusion[],
  ): Promise<{ conclusion: Conclusion; outputs: Record<string, string> }> {
    const { run, job, id } = order;
    const { runs } = this.#options.github;
    const contexts = { needs: order.needs, inputs: run.inputs, vars: this.#options.variables };
    const name = interpolateText(job.name ?? id, contexts);
    const none = (conclusion: Conclusion) => {
      this.#record(order, runs.startJob(run, name, ""), { conclusion, filesWrittenBytes: 0, signals: [] });
      return { conclusion, outputs: {} };
    };
    if (run.cancel.signal.aborted) return none("cancelled");
    if (before.some((conclusion) => conclusion !== "success")) return none("skipped");
    const group = this.#findGroup(job, contexts);
    const key = job.concurrency === undefined ? null : interpolateText(job.concurrency.group, contexts);
    if (key !== null && !(await this.#groups.enter(key, run.cancel.signal))) return none("cancelled");
    try {
      const listed = runs.startJob(run, name, group);
      const end = await runJob(order, this.#options);
      this.#record(order, listed, end);
      return end;
    } finally {
      if (key !== null) this.#groups.leave(key);
    }
  }

  /** On GitHub, a job without a matching runner waits for a day; here it fails at once. */
  #findGroup(job: WorkflowJob, contexts: Contexts): string {
    if (job.runsOn === "ubuntu-latest") return "GitHub Actions";
    if (typeof job.runsOn === "string") throw new UnknownToRunner(`runs-on: ${job.runsOn}`);
    const group = interpolateText(job.runsOn.group, contexts);
    const labels = interpolate(job.runsOn.labels, contexts);
    const there = this.#options.groups[group];
    const fits = Array.isArray(labels) && labels.every((label) => there?.includes(String(label)));
    if (there === undefined || !fits)
      throw new UnknownToRunner(`a runner of the group ${group} with the labels ${JSON.stringify(labels)}`);
    return group;
  }

  #record(
    { run, id }: JobOrder,
    job: Job,
    end: { conclusion: Conclusion; filesWrittenBytes: number; signals: string[] },
  ): void {
    this.#options.github.runs.finishJob(job, end.conclusion);
    this.jobs.push({
      id: String(run.id),
      attempt: run.attempt,
      event: run.event,
      job: id,
      database: run.inputs["database"] ?? null,
      conclusion: end.conclusion,
      files_written_bytes: end.filesWrittenBytes,
      signals: end.signals,
    });
  }
}

function pick(needs: Contexts, job: WorkflowJob): Contexts {
  return Object.fromEntries(job.needs.map((name) => [name, needs[name]]));
}

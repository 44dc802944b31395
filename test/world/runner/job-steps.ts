import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WorkflowRun } from "../github/runs.ts";
import { inputsOf, readActionFile, runProgram, type StepEnd } from "./action-step.ts";
import type { JobLog } from "./commands.ts";
import type { Contexts } from "./expression.ts";
import { jobVariables, type JobPlace } from "./job-contexts.ts";
import type { RunnerOptions } from "./options.ts";
import { uploadArtifact } from "./upload-artifact.ts";
import type { WorkflowJob, WorkflowStep } from "./workflow.ts";

interface JobWork {
  job: WorkflowJob;
  contexts: Contexts;
  options: RunnerOptions;
  run: WorkflowRun;
  log: JobLog;
  /** What is kept. */
  folder: string;
  /** What the job has for itself; holds `temp`. */
  machine: string;
  place: JobPlace;
}

type Outcome = StepEnd["outcome"] | "skipped";

/** The steps of one job, one after the other. */
export class JobSteps {
  readonly #work: JobWork;
  readonly #posts: { run(): Promise<void> }[] = [];
  readonly context: Record<string, { outputs: Record<string, string>; outcome: Outcome }> = {};
  readonly signals: string[] = [];
  #status: "success" | "failure" | "cancelled" = "success";
  #summary = "";

  constructor(work: JobWork) {
    this.#work = work;
  }

  async runAll(): Promise<"success" | "failure" | "cancelled"> {
    const { run, job, folder, options } = this.#work;
    const { outputs } = await readActionFile(options.actionFolder);
    for (const { id } of job.steps) if (id !== undefined) this.context[id] = { outputs, outcome: "skipped" };
    for (const [index, step] of job.steps.entries()) {
      if (run.cancel.signal.aborted) this.#status = "cancelled";
      const outcome = this.#status === "success" || step.if ? await this.#runStep(step, index) : "skipped";
      this.#note(step, outcome);
    }
    if (run.cancel.signal.aborted) this.#status = "cancelled";
    for (const post of this.#posts.toReversed()) await post.run();
    await writeFile(join(folder, "job-summary.md"), this.#summary);
    return this.#status;
  }

  #note(step: WorkflowStep, outcome: Outcome): void {
    const context = step.id === undefined ? undefined : this.context[step.id];
    if (context !== undefined) context.outcome = outcome;
    if (outcome === "failure" && this.#status === "success") this.#status = "failure";
    if (outcome === "cancelled") this.#status = "cancelled";
  }

  async #runStep(step: WorkflowStep, index: number): Promise<Outcome> {
    const { log, contexts, options, run } = this.#work;
    log.line(`##[group]Run ${step.name ?? step.uses}`);
    log.line("##[endgroup]");
    const all = { ...contexts, steps: this.context };
    if (step.uses.startsWith("actions/upload-artifact@"))
      return await uploadArtifact(step.with, all, { github: options.github, run, log });
    return await this.#runAction(step, { index, contexts: all });
  }

  async #runAction(step: WorkflowStep, { index, contexts }: { index: number; contexts: Contexts }): Promise<Outcome> {
    const { options, run, folder, machine } = this.#work;
    const action = await readActionFile(options.actionFolder);
    const inputs = inputsOf(action, step.with, contexts);
    const place = (name: string, more: Record<string, string>) =>
      this.#placeOf(join(machine, name), { ...inputs, ...more });
    // What runs always is not stopped by the cancel that it runs after.
    const signal = step.if ? new AbortController().signal : run.cancel.signal;
    const { clock } = options.github;
    const end = await runProgram(action.main, place(`main-${index}`, {}), { signal, clock });
    this.signals.push(...end.signals);
    this.#summary += end.summary;
    if (step.id !== undefined)
      this.context[step.id] = { outputs: { ...action.outputs, ...end.outputs }, outcome: end.outcome };
    await writeFile(join(folder, "outputs.json"), `${JSON.stringify(end.outputs, null, 2)}\n`);
    const result = end.outputs["result"];
    if (result !== undefined) await copyFile(result, join(folder, "seed-result.json"));
    const state = Object.fromEntries(Object.entries(end.state).map(([name, value]) => [`STATE_${name}`, value]));
    this.#posts.push({
      run: async () => {
        this.#work.log.line(`##[group]Post ${step.name ?? step.uses}`);
        this.#work.log.line("##[endgroup]");
        const cancel = { signal: new AbortController().signal, clock };
        const post = await runProgram(action.post, place(`post-${index}`, state), cancel);
        this.#summary += post.summary;
        if (post.outcome === "failure" && this.#status === "success") this.#status = "failure";
      },
    });
    return end.outcome;
  }

  #placeOf(commands: string, variables: Record<string, string>) {
    const { options, log, place } = this.#work;
    const machine = { PATH: process.env["PATH"] ?? "", HOME: place.temporary, ...options.machine };
    return {
      actionFolder: options.actionFolder,
      temporary: place.temporary,
      commands,
      environment: { ...machine, ...jobVariables(place), ...variables },
      mayStartPrograms: options.mayStartPrograms ?? false,
      log,
    };
  }
}

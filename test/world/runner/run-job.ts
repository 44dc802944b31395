import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WorkflowRun } from "../github/runs.ts";
import { readActionFile } from "./action-step.ts";
import { JobLog } from "./commands.ts";
import { interpolateText, UnknownToRunner, type Contexts } from "./expression.ts";
import { eventPayload, runContexts, type JobPlace } from "./job-contexts.ts";
import { JobSteps } from "./job-steps.ts";
import type { RunnerEnvironment, RunnerOptions } from "./options.ts";
import type { Workflow, WorkflowJob } from "./workflow.ts";
import { WrittenFiles } from "./written-files.ts";

export interface JobOrder {
  run: WorkflowRun;
  workflow: Workflow;
  id: string;
  job: WorkflowJob;
  /** The `needs` context. */
  needs: Contexts;
}

export interface JobEnd {
  conclusion: "success" | "failure" | "cancelled";
  outputs: Record<string, string>;
  filesWrittenBytes: number;
  signals: string[];
}

const NO_ENVIRONMENT: RunnerEnvironment = { variables: {}, secrets: {}, branches: [] };

/** Runs one job on a fresh machine: its steps, then their post programs in reverse, and keeps its files. */
export async function runJob(order: JobOrder, options: RunnerOptions): Promise<JobEnd> {
  const { run, id, job, workflow } = order;
  const folder = join(options.folder, "runs", String(run.id), run.attempt === 1 ? id : `${id}.${run.attempt}`);
  const machine = join(options.folder, "machines", `${run.id}-${run.attempt}-${id}`);
  const temporary = join(machine, "temp");
  await Promise.all([mkdir(folder, { recursive: true }), mkdir(temporary, { recursive: true })]);
  const { github } = options;
  const token = github.tokens.forJob(run.id, job.permissions ?? workflow.permissions);
  const log = new JobLog((line) => options.show?.({ run: run.id, job: id }, line));
  const written = new WrittenFiles(machine);
  try {
    // Not below the machine: what GitHub writes is not what the job wrote.
    const eventPath = join(options.folder, "machines", `${run.id}-${run.attempt}-${id}.json`);
    await writeFile(eventPath, JSON.stringify(eventPayload(github.state, run)));
    const place: JobPlace = { state: github.state, run, workflow, job: id, token, temporary, eventPath };
    const environment = findEnvironment(order, options, log);
    const contexts = contextsOf(order, place, { environment, options, log });
    const steps = new JobSteps({ job, contexts, options, run, log, folder, machine, place });
    const conclusion = environment === null ? "failure" : await steps.runAll();
    const outputs = environment === null ? {} : jobOutputs(job, { ...contexts, steps: steps.context }, log);
    return { conclusion, outputs, filesWrittenBytes: await written.bytes(), signals: steps.signals };
  } finally {
    written.close();
    github.tokens.revoke(token);
    await writeFile(join(folder, "log.txt"), log.text);
    await rm(machine, { recursive: true, force: true });
  }
}

/** null when the environment's branch policy does not admit this run. */
function findEnvironment({ job, needs, run }: JobOrder, options: RunnerOptions, log: JobLog): RunnerEnvironment | null {
  if (job.environment === undefined) return NO_ENVIRONMENT;
  const name = interpolateText(job.environment, { needs });
  const known = Object.entries(options.environments).find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
  if (known === undefined) log.line(`The environment ${name} did not exist and was created without any protection.`);
  const { branches } = known ?? NO_ENVIRONMENT;
  if (branches.length === 0 || (!run.tag && branches.includes(run.headBranch))) return known ?? NO_ENVIRONMENT;
  log.line(
    `##[error]Branch "${run.headBranch}" is not allowed to deploy to ${name} due to environment protection rules.`,
  );
  return null;
}

interface Surroundings {
  environment: RunnerEnvironment | null;
  options: RunnerOptions;
  log: JobLog;
}

function contextsOf({ needs }: JobOrder, place: JobPlace, { environment, options, log }: Surroundings): Contexts {
  const secrets: Record<string, string> = { ...options.secrets, ...environment?.secrets };
  for (const secret of [...Object.values(secrets), place.token]) log.mask(secret);
  const vars = { ...options.variables, ...environment?.variables };
  return { ...runContexts(place), needs, secrets: { ...secrets, GITHUB_TOKEN: place.token }, vars };
}

/** A value that holds a secret does not leave the job. */
function jobOutputs(job: WorkflowJob, contexts: Contexts, log: JobLog): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, text] of Object.entries(job.outputs)) {
    const value = interpolateText(text, contexts);
    const holdsSecret = log.hide(value) !== value;
    if (holdsSecret) log.line(`##[warning]Skip output '${name}' since it may contain secret.`);
    outputs[name] = holdsSecret ? "" : value;
  }
  return outputs;
}

/** Refuses a workflow whose steps this runner cannot carry out, before anything of it runs. */
export async function checkSteps(workflow: Workflow, options: RunnerOptions): Promise<void> {
  await readActionFile(options.actionFolder);
  for (const { uses } of Object.values(workflow.jobs).flatMap(({ steps }) => steps)) {
    const name = uses.split("@")[0];
    if (name !== options.actionName && name !== "actions/upload-artifact")
      throw new UnknownToRunner(`the action ${uses}`);
  }
}

import { EventEmitter, once } from "node:events";
import { createHash } from "node:crypto";
import { viewAccount } from "./view-account.ts";
import { viewSender } from "./views.ts";
import type { Account, State } from "./state.ts";

export interface Job {
  id: number;
  attempt: number;
  name: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  runnerGroup: string | null;
  startedAt: string | null;
  completedAt: string | null;
}

export interface Artifact {
  id: number;
  attempt: number;
  name: string;
  zip: Buffer;
  createdAt: string;
}

export interface WorkflowRun {
  id: number;
  attempt: number;
  event: "workflow_dispatch" | "push" | "pull_request";
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  /** `.github/workflows/provision.yml`. */
  path: string;
  title: string;
  /** The name of a branch, or of a tag: GitHub's API does not tell them apart. */
  headBranch: string;
  /** The run is one of a tag. */
  tag?: boolean;
  headSha: string;
  headRepositoryId: number;
  inputs: Record<string, string>;
  actor: Account;
  triggeringActor: Account;
  createdAt: string;
  /** When the latest attempt began. */
  startedAt: string;
  jobs: Job[];
  artifacts: Artifact[];
  /** Aborted when the run is cancelled. */
  cancel: AbortController;
}

/** A run to start. */
export type NewRun = Omit<
  WorkflowRun,
  "id" | "attempt" | "status" | "conclusion" | "createdAt" | "startedAt" | "jobs" | "artifacts" | "cancel"
>;

/** Workflow runs: what waits for a runner, what runs, what they left. */
export class Runs {
  readonly all: WorkflowRun[] = [];
  private readonly queue: WorkflowRun[] = [];
  private readonly events = new EventEmitter();
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  start(run: NewRun): WorkflowRun {
    const queued = this.#create(run);
    this.all.push(queued);
    this.enqueue(queued, "requested");
    return queued;
  }

  #create(run: NewRun): WorkflowRun {
    return {
      ...run,
      id: this.state.nextId(),
      attempt: 1,
      status: "queued",
      conclusion: null,
      createdAt: this.state.now(),
      startedAt: this.state.now(),
      jobs: [],
      artifacts: [],
      cancel: new AbortController(),
    };
  }

  /** Records a run that other runners have already executed, with the artifacts that it left. */
  record(run: NewRun, artifacts: { name: string; zip: Buffer }[]): WorkflowRun {
    const done = this.#create(run);
    this.all.push(done);
    for (const { name, zip } of artifacts) this.upload(done, name, zip);
    this.finish(done, "success");
    return done;
  }

  /** The same commit and inputs once more, as a re-run does. */
  rerun(run: WorkflowRun, by: Account): void {
    Object.assign(run, {
      attempt: run.attempt + 1,
      status: "queued",
      conclusion: null,
      triggeringActor: by,
      startedAt: this.state.now(),
      cancel: new AbortController(),
    });
    this.enqueue(run, "requested");
  }

  /** The next run for a runner. */
  async take(signal: AbortSignal): Promise<WorkflowRun> {
    while (this.queue.length === 0) await once(this.events, "queued", { signal });
    const run = this.queue.shift()!;
    run.status = "in_progress";
    this.announce(run, "in_progress");
    return run;
  }

  startJob(run: WorkflowRun, name: string, runnerGroup: string): Job {
    const job: Job = {
      id: this.state.nextId(),
      attempt: run.attempt,
      name,
      status: "in_progress",
      conclusion: null,
      runnerGroup,
      startedAt: this.state.now(),
      completedAt: null,
    };
    run.jobs.push(job);
    return job;
  }

  finishJob(job: Job, conclusion: string): void {
    Object.assign(job, { status: "completed", conclusion, completedAt: this.state.now() });
  }

  /** Throws for a name that this attempt's run has already, as GitHub answers 409. */
  upload(run: WorkflowRun, name: string, zip: Buffer): Artifact {
    if (run.artifacts.some((artifact) => artifact.name === name))
      throw new Error(`an artifact with this name already exists on the workflow run: ${name}`);
    const artifact: Artifact = {
      id: this.state.nextId(),
      attempt: run.attempt,
      name,
      zip,
      createdAt: this.state.now(),
    };
    run.artifacts.push(artifact);
    return artifact;
  }

  finish(run: WorkflowRun, conclusion: string): void {
    Object.assign(run, { status: "completed", conclusion });
    this.announce(run, "completed");
    this.events.emit("finished", run);
  }

  cancel(run: WorkflowRun): void {
    const waiting = this.queue.indexOf(run);
    run.cancel.abort();
    if (waiting < 0) return;
    this.queue.splice(waiting, 1);
    this.finish(run, "cancelled");
  }

  async finished(run: WorkflowRun): Promise<WorkflowRun> {
    while (run.status !== "completed") await once(this.events, "finished");
    return run;
  }

  private enqueue(run: WorkflowRun, action: string): void {
    this.queue.push(run);
    this.announce(run, action);
    this.events.emit("queued");
  }

  private announce(run: WorkflowRun, action: string): void {
    this.state.webhooks.send("workflow_run", {
      action,
      workflow_run: viewRun(this.state, run),
      ...viewSender(this.state, run.triggeringActor),
    });
  }
}

/** The full name of a run's branch or tag. */
export function refOf({ headBranch, tag = false }: WorkflowRun): string {
  return `refs/${tag ? "tags" : "heads"}/${headBranch}`;
}

/** A stable id for a workflow file. */
export function workflowId(path: string): number {
  return Number.parseInt(createHash("sha256").update(path).digest("hex").slice(0, 7), 16);
}

export function viewRun(state: State, run: WorkflowRun) {
  const repository = (id: number) => ({ id, full_name: `${state.owner}/${state.name}` });
  return {
    id: run.id,
    name: run.path.split("/").at(-1),
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    display_title: run.title,
    path: run.path,
    workflow_id: workflowId(run.path),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    repository: repository(state.repositoryId),
    head_repository: repository(run.headRepositoryId),
    actor: viewAccount(run.actor),
    triggering_actor: viewAccount(run.triggeringActor),
    referenced_workflows: [],
    created_at: run.createdAt,
    run_started_at: run.startedAt,
    html_url: `${state.url()}/${state.owner}/${state.name}/actions/runs/${run.id}`,
  };
}

import type { HubActions, RunFacts } from "../../hub.ts";
import type { WorkflowFacts } from "../main-state.ts";
import type { ArtifactText } from "./read-artifact.ts";

/** Everything about one completed run that GitHub knows and a runner cannot write. */
export interface RunEvidence {
  run: RunFacts;
  database: string;
  /** Whether the run's commit is reachable from main. */
  onMain: boolean;
  /** Blob of the workflow's file at the run's commit; null when it has none. */
  blobAtHead: string | null;
  jobs: Jobs;
  artifacts: Artifacts;
  /** Of the one artifact that is named as this attempt's result; null when there is none, or more. */
  download: { sha256: string; document: ArtifactText } | null;
}

type Jobs = Awaited<ReturnType<HubActions["jobs"]>>;
type Artifacts = Awaited<ReturnType<HubActions["artifacts"]>>;

/** What a run is compared with. */
export interface ExpectedRun {
  repositoryId: string;
  defaultBranch: string;
  workflow: WorkflowFacts;
  /** Runner group of the source in the settings. */
  runnerGroup: string;
}

export type RunDocument =
  | { kind: "document"; text: string }
  | { kind: "lost"; why: string }
  | { kind: "refused"; why: string };

/** Whether a run is one of main's own provision.yml: everything that can be known while it still runs. */
export function findForeign(run: RunFacts, expected: Omit<ExpectedRun, "runnerGroup">): string | null {
  const { workflow } = expected;
  if (run.repositoryId !== expected.repositoryId || run.headRepositoryId !== expected.repositoryId)
    return "it ran for another repository";
  if (run.workflowId !== workflow.id || cutPath(run.path) !== workflow.path)
    return `it is a run of ${cutPath(run.path)}, not of ${workflow.path}`;
  if (run.event !== "workflow_dispatch") return `it was started by ${run.event}, not by workflow_dispatch`;
  if (run.headBranch !== expected.defaultBranch) return `it ran on ${run.headBranch}, not on ${expected.defaultBranch}`;
  if (run.referencedWorkflows > 0) return "it called other workflows";
  return null;
}

/** The workflow's bytes are the proof, not the branch's name: the same bytes are the reviewed jobs and pinned actions. */
export function findForeignCode(
  evidence: Pick<RunEvidence, "onMain" | "blobAtHead">,
  workflow: WorkflowFacts,
): string | null {
  if (!evidence.onMain) return "its commit is not part of main";
  if (workflow.blob === null || evidence.blobAtHead !== workflow.blob)
    return `${workflow.path} at its commit differs from main's now: seed again with the workflow as it is`;
  return null;
}

/** The text of a completed run's result, when run, code, jobs and artifact are what they must be. */
export function judgeRun(evidence: RunEvidence, expected: ExpectedRun): RunDocument {
  const { run, artifacts } = evidence;
  const name = `seed-result-${run.attempt}`;
  const named = artifacts.filter((artifact) => artifact.name === name);
  if (named.length === 0) return { kind: "lost", why: `it ended as ${run.conclusion} and left no ${name}` };
  // A job that was cancelled or ran out of time may still upload: what it says is not the end of its work.
  if (run.conclusion !== "success" && run.conclusion !== "failure")
    return { kind: "lost", why: `it ended as ${run.conclusion}` };
  const why =
    findForeign(run, expected) ??
    findForeignCode(evidence, expected.workflow) ??
    findWrongJobs(evidence, expected) ??
    findWrongArtifact(evidence, named);
  if (why !== null) return { kind: "refused", why };
  const document = evidence.download?.document;
  if (document === undefined) return { kind: "refused", why: `${name} could not be read` };
  return document.ok ? { kind: "document", text: document.text } : { kind: "refused", why: document.why };
}

/** A path is followed by `@<ref>` where a run says at which ref it was read. */
function cutPath(path: string): string {
  return path.split("@")[0] ?? path;
}

function findWrongJobs({ run, jobs, database }: RunEvidence, { runnerGroup }: ExpectedRun): string | null {
  const seedName = `seed (${database})`;
  const [plan, seed] = [jobs.filter(({ name }) => name === "plan"), jobs.filter(({ name }) => name === seedName)];
  if (jobs.length !== 2 || plan.length !== 1 || seed.length !== 1)
    return `its jobs are ${jobs.map(({ name }) => name).join(", ")}, not plan and ${seedName}`;
  if (plan[0]?.conclusion !== "success" || seed[0]?.conclusion !== run.conclusion)
    return "its jobs did not end as the run did";
  if (seed[0].runnerGroup !== runnerGroup)
    return `${seedName} ran in the runner group ${seed[0].runnerGroup}, the settings say ${runnerGroup}`;
  return null;
}

function findWrongArtifact({ run, jobs, database, download }: RunEvidence, named: Artifacts): string | null {
  const [artifact] = named;
  if (artifact === undefined || named.length > 1) return `it has ${named.length} artifacts of the result's name`;
  if (artifact.runId !== run.id) return "the artifact belongs to another run";
  if (artifact.expired) return "the artifact has expired";
  if (artifact.bytes > 1024 * 1024) return `the artifact has ${artifact.bytes} bytes, more than 1 MiB`;
  const seed = jobs.find(({ name }) => name === `seed (${database})`);
  if (!isWithin(artifact.createdAt, seed?.startedAt ?? null, seed?.completedAt ?? null))
    return `the artifact was made at ${artifact.createdAt}, while the job did not run`;
  if (download === null || artifact.digest !== `sha256:${download.sha256}`)
    return "the downloaded bytes are not the ones that GitHub took in";
  return null;
}

function isWithin(at: string, from: string | null, to: string | null): boolean {
  const [time, start, end] = [Date.parse(at), Date.parse(from ?? ""), Date.parse(to ?? "")];
  // A time that cannot be read compares as false.
  return time >= start && time <= end;
}

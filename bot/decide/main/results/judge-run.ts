import type { HubActions, RunFacts } from "../../../hub/runs.ts";
import type { WorkflowFacts } from "../main-state.ts";
import { MAX_RESULT_BYTES, type ArtifactText } from "./artifact-text.ts";

/** Everything about one completed run that comes from GitHub and that a runner cannot forge. */
export interface RunEvidence {
  run: RunFacts;
  database: string;
  /** Whether the run's commit can be reached from main. */
  onMain: boolean;
  /** Blob of the workflow file at the run's commit; null if there is none. */
  blobAtHead: string | null;
  jobs: Jobs;
  artifacts: Artifacts;
  /** The downloaded artifact with the name of this attempt's result; null if there is none, or more than one. */
  download: { sha256: string; document: ArtifactText } | null;
}

type Jobs = Awaited<ReturnType<HubActions["jobs"]>>;
type Artifacts = Awaited<ReturnType<HubActions["artifacts"]>>;

/** The facts that a run is compared with. */
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

/** Why a run is not one of provision.yml on main, as far as can be told while it is running; null if it is. */
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

/** Why a run's code is not main's. The workflow's bytes prove it, not the branch name: same bytes, same reviewed jobs. */
export function findForeignCode(
  evidence: Pick<RunEvidence, "onMain" | "blobAtHead">,
  workflow: WorkflowFacts,
): string | null {
  if (!evidence.onMain) return "its commit is not part of main";
  if (workflow.blob === null || evidence.blobAtHead !== workflow.blob)
    return `${workflow.path} at its commit differs from the one on main now: start a new run`;
  return null;
}

/** The text of a completed run's result, if run, code, jobs and artifact pass all checks. */
export function judgeRun(evidence: RunEvidence, expected: ExpectedRun): RunDocument {
  const { run, artifacts } = evidence;
  const name = `seed-result-${run.attempt}`;
  const named = artifacts.filter((artifact) => artifact.name === name);
  if (named.length === 0) return { kind: "lost", why: `it ended as ${run.conclusion} and left no ${name}` };
  // A job that was cancelled or timed out may still upload a result, but not of finished work.
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

/** Some runs have `@<ref>` after the path of the workflow. */
function cutPath(path: string): string {
  return path.split("@")[0] ?? path;
}

function findWrongJobs({ run, jobs, database }: RunEvidence, { runnerGroup }: ExpectedRun): string | null {
  const seedName = `seed (${database})`;
  const [plan, seed] = [jobs.filter(({ name }) => name === "plan"), jobs.filter(({ name }) => name === seedName)];
  if (jobs.length !== 2 || plan.length !== 1 || seed.length !== 1)
    return `its jobs are ${jobs.map(({ name }) => name).join(", ")}, instead of plan and ${seedName}`;
  if (plan[0]?.conclusion !== "success" || seed[0]?.conclusion !== run.conclusion)
    return "its jobs and the run have different conclusions";
  if (seed[0].runnerGroup !== runnerGroup)
    return `${seedName} ran in the runner group ${seed[0].runnerGroup}, but the settings say ${runnerGroup}`;
  return null;
}

function findWrongArtifact({ run, jobs, database, download }: RunEvidence, named: Artifacts): string | null {
  const [artifact] = named;
  if (artifact === undefined || named.length > 1) return `it has ${named.length} artifacts with the name of the result`;
  if (artifact.runId !== run.id) return "the artifact belongs to another run";
  if (artifact.expired) return "the artifact has expired";
  if (artifact.bytes > MAX_RESULT_BYTES) return `the artifact has ${artifact.bytes} bytes, more than 1 MiB`;
  const seed = jobs.find(({ name }) => name === `seed (${database})`);
  if (!isWithin(artifact.createdAt, seed?.startedAt ?? null, seed?.completedAt ?? null))
    return `the artifact was created at ${artifact.createdAt}, when the job was not running`;
  if (download === null || artifact.digest !== `sha256:${download.sha256}`)
    return "the downloaded bytes do not match the digest that GitHub recorded at the upload";
  return null;
}

function isWithin(at: string, from: string | null, to: string | null): boolean {
  const [time, start, end] = [Date.parse(at), Date.parse(from ?? ""), Date.parse(to ?? "")];
  // An unreadable time is NaN, and every comparison with NaN is false.
  return time >= start && time <= end;
}

import { WORKFLOW_PATH } from "../../../src/layout/repository.ts";
import type { HubActions, RunFacts } from "../runs.ts";
import { runTitle, type RunInputs } from "../../../src/templates/run-title.ts";
import { asRefusal, orNull, writeOnce, type Calls } from "./calls.ts";
import { viewPerson } from "./git.ts";
import { createRunEnds } from "./run-ends.ts";
import { viewTime, viewTimeOrNull } from "./times.ts";

/** How the REST API calls the workflow: by its file's name. */
const WORKFLOW = WORKFLOW_PATH.slice(WORKFLOW_PATH.lastIndexOf("/") + 1);

/** Workflow runs, jobs and artifacts through the REST API. */
export function createHubActions(calls: Calls, branch: string): HubActions {
  return {
    ...readRuns(calls),
    ...readArtifacts(calls),
    dispatch: (inputs) => dispatch(calls, branch, inputs),
    ...createRunEnds(calls),
  };
}

function readRuns(calls: Calls): Pick<HubActions, "workflow" | "run" | "runs" | "provisionRuns" | "jobs"> {
  const { octokit, at } = calls;
  return {
    workflow: async () => {
      const path = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}";
      const answer = await orNull(octokit.request(path, { ...at, workflow_id: WORKFLOW }));
      return answer && { id: String(answer.data.id), path: answer.data.path };
    },
    run: async (id) => {
      const path = "GET /repos/{owner}/{repo}/actions/runs/{run_id}";
      const answer = await orNull(octokit.request(path, { ...at, run_id: Number(id) }));
      return answer && viewRun(answer.data as unknown as RunView);
    },
    runs: ({ limit }) => listRuns(calls, limit),
    provisionRuns: async ({ since }) => {
      const { runs, whole } = await listProvisionRuns(calls, since);
      return whole ? runs : [...runs, ...(await listUnfinished(calls))];
    },
    jobs: async (run, attempt_number) => {
      const path = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs";
      const found = await octokit.paginate(path, { ...at, run_id: Number(run), attempt_number, per_page: 100 });
      return found.map((job) => ({
        name: job.name,
        status: job.status,
        conclusion: job.conclusion,
        runnerGroup: job.runner_group_name,
        startedAt: viewTimeOrNull(job.started_at),
        completedAt: viewTimeOrNull(job.completed_at),
      }));
    },
  };
}

function readArtifacts({ octokit, at }: Calls): Pick<HubActions, "artifacts" | "downloadArtifact"> {
  return {
    artifacts: async (run) => {
      const path = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts";
      const found = await octokit.paginate(path, { ...at, run_id: Number(run), per_page: 100 });
      return found.map((artifact) => ({
        id: String(artifact.id),
        name: artifact.name,
        runId: String(artifact.workflow_run?.id ?? ""),
        createdAt: viewTimeOrNull(artifact.created_at) ?? "",
        bytes: artifact.size_in_bytes,
        digest: (artifact as { digest?: string | null }).digest ?? null,
        expired: artifact.expired,
      }));
    },
    downloadArtifact: async (id) => {
      const path = "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}";
      const answer = await octokit.request(path, { ...at, artifact_id: Number(id), archive_format: "zip" });
      return new Uint8Array(answer.data as ArrayBuffer);
    },
  };
}

interface RunView {
  id: number;
  run_attempt?: number;
  event: string;
  status: string | null;
  conclusion: string | null;
  display_title: string;
  path: string;
  workflow_id: number;
  head_branch: string | null;
  head_sha: string;
  repository: { id: number };
  head_repository: { id: number } | null;
  triggering_actor?: unknown;
  referenced_workflows?: unknown[] | null;
  created_at: string;
  run_started_at?: string;
}

function viewRun(run: RunView): RunFacts {
  return {
    id: String(run.id),
    attempt: run.run_attempt ?? 1,
    event: run.event,
    status: run.status ?? "",
    conclusion: run.conclusion,
    title: run.display_title,
    path: run.path,
    workflowId: String(run.workflow_id),
    headBranch: run.head_branch,
    headSha: run.head_sha,
    repositoryId: String(run.repository.id),
    headRepositoryId: run.head_repository && String(run.head_repository.id),
    triggeringActor: viewPerson(run.triggering_actor),
    referencedWorkflows: run.referenced_workflows?.length ?? 0,
    createdAt: viewTime(run.created_at),
    startedAt: viewTime(run.run_started_at ?? run.created_at),
  };
}

async function listRuns({ octokit, at }: Calls, limit: number): Promise<RunFacts[]> {
  const found: RunFacts[] = [];
  const options = { ...at, per_page: Math.min(100, limit) };
  for await (const page of octokit.paginate.iterator("GET /repos/{owner}/{repo}/actions/runs", options)) {
    found.push(...(page.data as unknown as RunView[]).map(viewRun));
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

const PROVISION_RUNS = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";

/** Newest first, a hundred at least; `whole` when there are no older ones. */
async function listProvisionRuns({ octokit, at }: Calls, since: number): Promise<{ runs: RunFacts[]; whole: boolean }> {
  const runs: RunFacts[] = [];
  const options = { ...at, workflow_id: WORKFLOW, per_page: 100 };
  for await (const page of octokit.paginate.iterator(PROVISION_RUNS, options)) {
    runs.push(...(page.data as unknown as RunView[]).map(viewRun));
    const oldest = runs.at(-1);
    // Not older than asked for: a page further there may be more.
    if (oldest !== undefined && page.data.length === 100 && Date.parse(oldest.createdAt) < since)
      return { runs, whole: false };
  }
  return { runs, whole: true };
}

/** In the order in which a run goes through them: one that moves on meanwhile is met again, not missed. */
const UNFINISHED = ["requested", "pending", "waiting", "queued", "in_progress"] as const;

async function listUnfinished({ octokit, at }: Calls): Promise<RunFacts[]> {
  const found: RunFacts[] = [];
  for (const status of UNFINISHED) {
    const options = { ...at, workflow_id: WORKFLOW, status, per_page: 100 };
    found.push(...((await octokit.paginate(PROVISION_RUNS, options)) as unknown as RunView[]).map(viewRun));
  }
  return found;
}

/** Starts a run and returns its id, found by the title if GitHub does not return it. */
async function dispatch(calls: Calls, ref: string, inputs: RunInputs): Promise<string> {
  const title = runTitle(inputs);
  const latest = async () => (await listProvisionRuns(calls, Infinity)).runs;
  const known = new Set((await latest()).map(({ id }) => id));
  const find = async () => (await latest()).find((run) => run.title === title && !known.has(run.id))?.id ?? null;
  const id = await writeOnce<string | null>(calls, {
    find,
    write: async () => {
      const path = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
      // Newer than Octokit's types. A GitHub Enterprise Server without it answers 204; then the list of runs has the id.
      const details = { return_run_details: true } as object;
      const answer = await calls.octokit.request(path, { ...calls.at, workflow_id: WORKFLOW, ref, inputs, ...details });
      const run = (answer.data as { workflow_run_id?: number } | undefined)?.workflow_run_id;
      return run === undefined ? null : String(run);
    },
  }).catch((error: unknown) => {
    throw asRefusal("the start of a run", error);
  });
  for (let attempt = 0; id === null && attempt < 5; attempt += 1) {
    const found = await find();
    if (found !== null) return found;
    await calls.clock.sleep(500 * 2 ** attempt);
  }
  // Empty: dispatched, but not listed yet. The next reconciliation finds it.
  return id ?? "";
}

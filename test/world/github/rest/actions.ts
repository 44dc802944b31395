import { createHash } from "node:crypto";
import { parse } from "yaml";
import { workflowId, viewRun, type Job, type Runs, type WorkflowRun } from "../runs.ts";
import type { State } from "../state.ts";
import { ok, page, refuse, text, type Call, type Reply, type Rest } from "./rest.ts";

interface WorkflowFile {
  "run-name"?: string;
  on?: { workflow_dispatch?: { inputs?: Record<string, { required?: boolean; default?: string }> } };
}

/** Runs can be repeated for so long. */
const MONTH = 30 * 24 * 60 * 60_000;

/** Workflows, dispatches, runs, jobs and artifacts. */
export function addActionRoutes(rest: Rest, runs: Runs): void {
  const { state } = rest;
  const read = ["actions", "read"] as ["actions", "read"];
  const write = ["actions", "write"] as ["actions", "write"];
  const withRun = (handle: (run: WorkflowRun, call: Call) => Reply | Promise<Reply>) => (call: Call) => {
    const run = runs.all.find(({ id }) => id === Number(call.param("run")));
    return run ? handle(run, call) : refuse(404, "Not Found");
  };
  rest.onRepository("GET /actions/workflows/:workflow", { need: read, handle: (call) => readWorkflow(state, call) });
  rest.onRepository("POST /actions/workflows/:workflow/dispatches", {
    need: write,
    handle: (call) => dispatch(state, runs, call),
  });
  const list = (call: Call) => {
    const [event, status, workflow] = [call.query("event"), call.query("status"), call.param("workflow")];
    const found = runs.all.filter(
      (run) =>
        (event === undefined || run.event === event) &&
        (status === undefined || run.status === status || run.conclusion === status) &&
        (workflow === "" || matches(run, workflow)),
    );
    // "Up to 1,000 results for each search": GitHub cuts lists that are filtered, and only those.
    const newest = found.toReversed().slice(0, event === undefined && status === undefined ? undefined : 1000);
    return page(
      call,
      newest.map((run) => viewRun(state, run)),
      (part) => ({ total_count: found.length, workflow_runs: part }),
    );
  };
  rest.onRepository("GET /actions/runs", { need: read, handle: list });
  rest.onRepository("GET /actions/workflows/:workflow/runs", { need: read, handle: list });
  rest.onRepository("GET /actions/runs/:run", { need: read, handle: withRun((run) => ok(viewRun(state, run))) });
  rest.onRepository("GET /actions/runs/:run/attempts/:attempt", {
    need: read,
    handle: withRun((run) => ok(viewRun(state, run))),
  });
  rest.onRepository("GET /actions/runs/:run/attempts/:attempt/jobs", {
    need: read,
    handle: withRun((run, call) => {
      const jobs = run.jobs.filter(({ attempt }) => attempt === Number(call.param("attempt")));
      return page(
        call,
        jobs.map((job) => viewJob(run, job)),
        (part) => ({ total_count: jobs.length, jobs: part }),
      );
    }),
  });
  rest.onRepository("POST /actions/runs/:run/cancel", {
    need: write,
    handle: withRun((run) => {
      if (run.status === "completed") return refuse(409, "Cannot cancel a workflow run that is completed.");
      runs.cancel(run);
      return ok({}, 202);
    }),
  });
  rest.onRepository("POST /actions/runs/:run/rerun", {
    need: write,
    handle: withRun((run, call) => {
      if (run.status !== "completed") return refuse(403, "This workflow is already running");
      if (Date.parse(run.createdAt) < state.clock.now() - MONTH)
        return refuse(403, "Unable to retry this workflow run because it was created over a month ago");
      runs.rerun(run, call.actor.account);
      return ok({}, 201);
    }),
  });
  rest.onRepository("DELETE /actions/runs/:run", {
    need: write,
    handle: withRun((run) => {
      // "completed, or more than two weeks old" (docs: deleting a workflow run).
      if (run.status !== "completed" && Date.parse(run.createdAt) > state.clock.now() - MONTH / 2)
        return refuse(403, "Could not delete the workflow run");
      runs.all.splice(runs.all.indexOf(run), 1);
      return { status: 204 };
    }),
  });
  rest.onRepository("GET /actions/runs/:run/artifacts", {
    need: read,
    handle: withRun((run, call) =>
      page(
        call,
        run.artifacts.map((artifact) => viewArtifact(run, artifact)),
        (part) => ({ total_count: run.artifacts.length, artifacts: part }),
      ),
    ),
  });
  rest.onRepository("GET /actions/artifacts/:artifact/zip", {
    need: read,
    handle: (call) => {
      const artifact = runs.all.flatMap((run) => run.artifacts).find(({ id }) => id === Number(call.param("artifact")));
      return artifact
        ? { status: 302, headers: { location: rest.state.storage.link(artifact.zip) } }
        : refuse(404, "Not Found");
    },
  });
}

function matches(run: WorkflowRun, workflow: string): boolean {
  return run.path.endsWith(`/${workflow}`) || workflowId(run.path) === Number(workflow);
}

async function workflowPath(state: State, ref: string, workflow: string): Promise<string | null> {
  const tree = await state.git.resolve(`${ref}^{tree}`);
  if (tree === null) return null;
  const paths = (await state.git.tree(tree, true))
    .map(({ path }) => path)
    .filter((path) => path.startsWith(".github/workflows/"));
  return paths.find((path) => path.endsWith(`/${workflow}`) || workflowId(path) === Number(workflow)) ?? null;
}

async function readWorkflow(state: State, call: Call): Promise<Reply> {
  const path = await workflowPath(state, state.defaultBranch, call.param("workflow"));
  if (path === null) return refuse(404, "Not Found");
  return ok({ id: workflowId(path), path, name: path.split("/").at(-1), state: "active" });
}

async function dispatch(state: State, runs: Runs, call: Call): Promise<Reply> {
  const ref = text(call, "ref");
  const branch = ref.replace(/^refs\/(?:heads|tags)\//, "");
  const tag = ref.startsWith("refs/tags/");
  const sha = await state.git.resolve(tag ? `${ref}^{commit}` : `refs/heads/${branch}`);
  if (sha === null) return refuse(422, `No ref found for: ${branch}`);
  const path = await workflowPath(state, sha, call.param("workflow"));
  if (path === null) return refuse(404, "Not Found");
  const file = parse((await state.git.readBlob(`${sha}:${path}`)).toString("utf8")) as WorkflowFile;
  if (file.on?.workflow_dispatch === undefined)
    return refuse(422, "Workflow does not have 'workflow_dispatch' trigger");
  const declared = file.on.workflow_dispatch.inputs ?? {};
  const sent = (call.body["inputs"] ?? {}) as Record<string, string>;
  const unknown = Object.keys(sent).filter((name) => !(name in declared));
  if (unknown.length > 0) return refuse(422, `Unexpected inputs provided: ${JSON.stringify(unknown)}`);
  const missing = Object.keys(declared).find(
    (name) => declared[name]!.required && !sent[name] && !declared[name]!.default,
  );
  if (missing) return refuse(422, `Required input '${missing}' not provided`);
  const inputs = Object.fromEntries(
    Object.keys(declared).map((name) => [name, sent[name] ?? declared[name]!.default ?? ""]),
  );
  const who = call.actor.account;
  const title = (file["run-name"] ?? path).replace(
    /\$\{\{\s*inputs\.(\w+)\s*\}\}/g,
    (_all, name: string) => inputs[name] ?? "",
  );
  const run = runs.start({
    event: "workflow_dispatch",
    path,
    title,
    headBranch: branch,
    tag,
    headSha: sha,
    headRepositoryId: state.repositoryId,
    inputs,
    actor: who,
    triggeringActor: who,
  });
  if (call.body["return_run_details"] !== true) return { status: 204 };
  return ok({
    workflow_run_id: run.id,
    run_url: `${call.url.origin}/repos/${state.owner}/${state.name}/actions/runs/${run.id}`,
    html_url: viewRun(state, run).html_url,
  });
}

function viewJob(run: WorkflowRun, job: Job) {
  return {
    id: job.id,
    run_id: run.id,
    run_attempt: job.attempt,
    head_sha: run.headSha,
    name: job.name,
    status: job.status,
    conclusion: job.conclusion,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    runner_group_name: job.runnerGroup,
    runner_group_id: 1,
    labels: [],
    steps: [],
  };
}

function viewArtifact(run: WorkflowRun, artifact: WorkflowRun["artifacts"][number]) {
  const digest = `sha256:${createHash("sha256").update(artifact.zip).digest("hex")}`;
  return {
    id: artifact.id,
    name: artifact.name,
    size_in_bytes: artifact.zip.length,
    created_at: artifact.createdAt,
    expired: false,
    digest,
    workflow_run: { id: run.id, head_branch: run.headBranch, head_sha: run.headSha },
  };
}

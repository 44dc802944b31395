import type { CheckFacts, CheckOutput, HubChecks } from "../checks.ts";
import { writeOnce, type Calls } from "./calls.ts";
import { viewTimeOrNull } from "./times.ts";

/** GitHub accepts fifty annotations per request; further requests add to them. */
const BATCH = 50;

interface CheckView {
  id: number;
  name: string;
  app: { id: number } | null;
  status: string;
  conclusion: string | null;
  completed_at: string | null;
  external_id: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
}

/** Check runs of the App. A changed result becomes a new run, because annotations of a run cannot be removed. */
export function createHubChecks(
  calls: Calls,
  options: { appId: number; gitHubTime: () => Promise<number> },
): HubChecks {
  return {
    list: (commit) => listChecks(calls, commit),
    history: (commit) => listHistory(calls, commit, options.appId),
    confirm: (commit) => confirmChecks(calls, commit, options.appId),
    write: (commit, check) => writeCheck(calls, { commit, check, ...options }),
  };
}

async function listChecks({ octokit, at }: Calls, ref: string): Promise<CheckFacts[]> {
  const options = { ...at, ref, filter: "latest" as const, per_page: 100 };
  const runs: CheckView[] = await octokit.paginate("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", options);
  const latest = new Map<string, CheckView>();
  for (const run of runs.toSorted((a, b) => a.id - b.id)) latest.set(`${run.app?.id}/${run.name}`, run);
  return [...latest.values()].map(viewCheck);
}

async function listHistory({ octokit, at }: Calls, ref: string, app_id: number): Promise<CheckFacts[]> {
  const options = { ...at, ref, app_id, filter: "all" as const, per_page: 100 };
  const runs: CheckView[] = await octokit.paginate("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", options);
  return runs.map(viewCheck);
}

function viewCheck(run: CheckView): CheckFacts {
  return {
    id: String(run.id),
    name: run.name,
    appId: run.app?.id ?? null,
    status: run.status,
    conclusion: run.conclusion,
    completedAt: viewTimeOrNull(run.completed_at),
    externalId: run.external_id ?? "",
    title: run.output.title ?? "",
    summary: run.output.summary ?? "",
    text: run.output.text ?? "",
  };
}

/** The completion time stays: reviews that came after it go on counting. */
async function confirmChecks(calls: Calls, commit: string, appId: number): Promise<void> {
  const { octokit, at } = calls;
  for (const { id, appId: app, conclusion, completedAt } of await listChecks(calls, commit)) {
    if (app !== appId || conclusion === null || completedAt === null) continue;
    const written = conclusion as CheckOutput["conclusion"];
    const state = { status: "completed" as const, conclusion: written, completed_at: completedAt };
    const body = { ...at, check_run_id: Number(id), ...state };
    await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", body);
  }
}

interface CheckToWrite {
  commit: string;
  check: CheckOutput;
  appId: number;
  gitHubTime: () => Promise<number>;
}

async function writeCheck(calls: Calls, wanted: CheckToWrite): Promise<void> {
  const { octokit, at } = calls;
  const { commit, check, appId } = wanted;
  const parts = batches(check);
  const first = { name: check.name, head_sha: commit, external_id: check.externalId };
  const id = await writeOnce(calls, {
    write: async () => {
      const state = parts.length === 1 ? await completion(wanted) : { status: "in_progress" as const };
      const body = { ...at, ...first, ...state, output: outputOf(check, parts[0]!) };
      return (await octokit.request("POST /repos/{owner}/{repo}/check-runs", body)).data.id as number;
    },
    find: async () => {
      const there = (await listChecks(calls, commit)).find((run) => run.name === check.name && run.appId === appId);
      const same = there?.externalId === check.externalId && there.title === check.title;
      const done = parts.length === 1 ? there?.conclusion === check.conclusion : there?.status === "in_progress";
      return same && done && there.summary === check.summary && there.text === (check.text ?? "")
        ? Number(there.id)
        : null;
    },
  });
  for (const [index, annotations] of parts.slice(1).entries()) {
    const state = index === parts.length - 2 ? await completion(wanted) : {};
    const body = { ...at, check_run_id: id, ...state, output: outputOf(check, annotations) };
    // A batch whose answer was lost is not sent again: the run stays incomplete, and the next reconciliation writes a new one.
    await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", body);
  }
}

/** The completion time is GitHub's, because it is compared with the times of reviews. */
async function completion({ check, gitHubTime }: CheckToWrite) {
  const completed_at = new Date(await gitHubTime()).toISOString().replace(/\.\d+Z$/, "Z");
  return { status: "completed" as const, conclusion: check.conclusion, completed_at };
}

function batches({ annotations }: CheckOutput): CheckOutput["annotations"][] {
  const count = Math.max(1, Math.ceil(annotations.length / BATCH));
  return Array.from({ length: count }, (_, index) => annotations.slice(index * BATCH, (index + 1) * BATCH));
}

function outputOf({ title, summary, text }: CheckOutput, annotations: CheckOutput["annotations"]) {
  return {
    title,
    summary,
    ...(text === undefined ? {} : { text }),
    annotations: annotations.map(({ path, line, column, level, title: heading, message }) => ({
      path,
      start_line: line,
      end_line: line,
      start_column: column,
      end_column: column,
      annotation_level: level,
      title: heading,
      message,
    })),
  };
}

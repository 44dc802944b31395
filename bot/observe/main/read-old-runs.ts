import type { Hub } from "../../hub/hub.ts";
import type { RunFacts } from "../../hub/runs.ts";
import { findForeign } from "../../decide/main/results/judge-run.ts";
import type { MainState, WorkflowFacts } from "../../decide/main/main-state.ts";
import { listMergedPulls } from "./read-origin.ts";
import { readBlob } from "./read-blob.ts";
import { isUnreadable } from "./unreadable.ts";

/** GitHub repeats a run up to 30 days after its start; older ones keep their logs. */
const REPEATABLE = 31 * 24 * 60 * 60_000;
/** A run that was started while main moved may have either file. */
const MARGIN = 60_000;
/** How many commits are read at most in one reconciliation; the next one continues. */
const READ = 50;

/** What a process remembers about runs of earlier versions of provision.yml; it can be lost without harm. */
export interface OldRunsMemory {
  current: LastChange | null;
  /** The blob of provision.yml at a commit, which cannot change. */
  blobs: Map<string, string | null>;
}

/** The last change of provision.yml in the history of one head of main. */
export interface LastChange {
  head: string;
  commit: string;
  /** When main got it, at the latest. -Infinity if there was no other file before. */
  since: number;
  /** When to search again: never if no older run is left, and after a pause if all that are left are still needed. */
  next: number;
}

/** Runs of main's provision.yml from before it was changed, oldest first; `whole` if all were found. */
export interface OldRuns {
  workflow: WorkflowFacts;
  /** The change that made them old. */
  change: LastChange;
  runs: RunFacts[];
  whole: boolean;
}

/** null if there are none, or if those that are left were read a short while ago. */
export async function readOldRuns(hub: Hub, state: MainState, memory: OldRunsMemory): Promise<OldRuns | null> {
  const { workflow } = state;
  if (workflow === null || workflow.blob === null) return null;
  const change = await readLastChange(hub, state.head, { workflow, known: memory.current });
  memory.current = change;
  if (state.now < change.next || change.since === -Infinity) return null;
  return { workflow, change, ...(await findOldRuns(hub, state, { workflow, change, memory })) };
}

async function readLastChange(
  hub: Hub,
  head: string,
  { workflow, known }: { workflow: WorkflowFacts; known: LastChange | null },
): Promise<LastChange> {
  if (known?.head === head) return known;
  const [last, before] = await hub.git.history({ ref: head, path: workflow.path, limit: 2 });
  const commit = last?.sha ?? head;
  // What was needed at another head may not be needed any more.
  if (known?.commit === commit) return { ...known, head, next: known.next === Infinity ? Infinity : 0 };
  const since = last === undefined || before === undefined ? -Infinity : await readSince(hub, last.sha);
  return { head, commit, since, next: 0 };
}

/** Infinity for a change that did not come by a pull request, because times in commits can be chosen by their author. */
async function readSince(hub: Hub, commit: string): Promise<number> {
  const times = (await listMergedPulls(hub, commit)).map(({ mergedAt }) => Date.parse(mergedAt ?? "") + MARGIN);
  return times.length === 0 ? Infinity : Math.max(...times);
}

/** null also for a commit that GitHub has no more, after a force push. */
async function readOldBlob(hub: Hub, commit: string, { path }: WorkflowFacts): Promise<string | null> {
  try {
    return await readBlob(hub, commit, path);
  } catch (error) {
    const { status } = error as { status?: number };
    if (isUnreadable(error) || status === 404 || status === 422) return null;
    throw error;
  }
}

interface Search {
  workflow: WorkflowFacts;
  change: LastChange;
  memory: OldRunsMemory;
}

async function findOldRuns(
  hub: Hub,
  { now, repository }: MainState,
  { workflow, change, memory }: Search,
): Promise<Pick<OldRuns, "runs" | "whole">> {
  const { defaultBranch } = hub.repository;
  const listed = await hub.actions.provisionRuns({ since: now - REPEATABLE });
  const candidates = listed
    .filter((run) => findForeign(run, { repositoryId: repository.id, defaultBranch, workflow }) === null)
    .filter(({ createdAt }) => Date.parse(createdAt) > now - REPEATABLE && Date.parse(createdAt) <= change.since)
    .toReversed();
  const heads = [...new Set(candidates.map(({ headSha }) => headSha))].filter((sha) => !memory.blobs.has(sha));
  for (const sha of heads.slice(0, READ)) memory.blobs.set(sha, await readOldBlob(hub, sha, workflow));
  const blobOf = ({ headSha }: RunFacts) => memory.blobs.get(headSha) ?? null;
  const known = candidates.filter(({ headSha }) => memory.blobs.has(headSha));
  return { runs: known.filter((run) => blobOf(run) !== workflow.blob), whole: heads.length <= READ };
}

import type { Log } from "../../src/ports/log.ts";
import type { Hub } from "../hub/hub.ts";
import type { RunFacts } from "../hub/runs.ts";
import type { MainState, WorkflowFacts } from "../decide/main/main-state.ts";
import { listMergedPulls } from "../observe/main/read-origin.ts";
import { readBlob } from "../observe/main/read-runs.ts";
import { isUnreadable } from "../observe/main/unreadable.ts";
import { findForeign } from "../decide/main/results/judge-run.ts";
import { isNeeded } from "../decide/main/old-runs/is-needed.ts";

/** GitHub repeats a run up to 30 days after its start; older ones keep their logs. */
const REPEATABLE = 31 * 24 * 60 * 60_000;
/** A run that was started while main moved may have either file. */
const MARGIN = 60_000;
/** How many commits are read and how many runs are deleted at most in one look; the next one continues. */
const READ = 50;
const DELETED = 25;
/** Runs that are needed as long as main stays as it is are not listed again before this time has passed. */
const PAUSE = 60 * 60_000;

/** What a process remembers about runs of earlier versions of provision.yml; it can be lost without harm. */
export interface OldRunsMemory {
  current: LastChange | null;
  /** The blob of provision.yml at a commit, which cannot change. */
  blobs: Map<string, string | null>;
}

/** The last change of provision.yml in the history of one head of main. */
interface LastChange {
  head: string;
  commit: string;
  /** When main got it, at the latest. -Infinity if there was no other file before. */
  since: number;
  /** When to search again: never if no older run is left, and after a pause if all that are left are still needed. */
  next: number;
}

export interface OldRunsPorts {
  memory: OldRunsMemory;
  log: Pick<Log, "info">;
}

/**
 * Deletes runs of main's provision.yml from before it was changed: anybody with write access could start them again, with
 * the Action that it named then. Only runs that have ended and that nothing needs any more. Returns their ids.
 */
export async function removeOldRuns(hub: Hub, state: MainState, { memory, log }: OldRunsPorts): Promise<string[]> {
  const { workflow } = state;
  if (workflow === null || workflow.blob === null) return [];
  const current = await readLastChange(hub, state.head, { workflow, known: memory.current });
  memory.current = current;
  if (state.now < current.next || current.since === -Infinity) return [];
  const old = await findOldRuns(hub, state, { workflow, current, memory });
  const removed: string[] = [];
  for (const { id } of old.runs.filter((run) => isRemovable(run, state)).slice(0, DELETED)) {
    if (!(await hub.actions.remove(id))) continue;
    removed.push(id);
    log.info(`deleted run ${id}: it is of an earlier ${workflow.path}`);
  }
  if (old.whole && removed.length === old.runs.length) current.next = Infinity;
  else if (old.whole && removed.length === 0) current.next = state.now + PAUSE;
  return removed;
}

function isRemovable(run: RunFacts, state: MainState): boolean {
  return run.status === "completed" && !isNeeded(run, state);
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
  current: LastChange;
  memory: OldRunsMemory;
}

/** Main's runs with another provision.yml, oldest first; `whole` if all were found. */
async function findOldRuns(
  hub: Hub,
  { now, repository }: MainState,
  { workflow, current, memory }: Search,
): Promise<{ runs: RunFacts[]; whole: boolean }> {
  const { defaultBranch } = hub.repository;
  const listed = await hub.actions.provisionRuns({ since: now - REPEATABLE });
  const candidates = listed
    .filter((run) => findForeign(run, { repositoryId: repository.id, defaultBranch, workflow }) === null)
    .filter(({ createdAt }) => Date.parse(createdAt) > now - REPEATABLE && Date.parse(createdAt) <= current.since)
    .toReversed();
  const heads = [...new Set(candidates.map(({ headSha }) => headSha))].filter((sha) => !memory.blobs.has(sha));
  for (const sha of heads.slice(0, READ)) memory.blobs.set(sha, await readOldBlob(hub, sha, workflow));
  const blobOf = ({ headSha }: RunFacts) => memory.blobs.get(headSha) ?? null;
  const known = candidates.filter(({ headSha }) => memory.blobs.has(headSha));
  return { runs: known.filter((run) => blobOf(run) !== workflow.blob), whole: heads.length <= READ };
}

import { describeWindows, isWindowOpen } from "../../../src/door/export-window.ts";
import type { Permit } from "../../../src/approval/permit.ts";
import type { Digest } from "../../../src/digests/digest.ts";
import type { DatabaseState, MainState, RunState, StandingPermit } from "../main-state.ts";
import { describeCause } from "../permits/describe-cause.ts";
import { isPersons, runsInFlight } from "../permits/wishes.ts";

/** A lost run is replaced, this often in all. */
const MAX_RUNS = 3;

/** Why an open permit has no run yet, or that it gets one now. */
export type NextRun =
  | { kind: "start"; reason: string }
  | { kind: "wait"; why: string }
  | { kind: "running"; run: RunState };

/** One run per open permit: what keeps the next one, if anything does. `taken` counts runs that this pass starts too. */
export function decideRun(state: MainState, db: DatabaseState, taken: number): NextRun | null {
  const { standing } = db;
  if (standing.kind !== "open" || !standing.covers || db.request === null || db.source === null) return null;
  const [running] = runsInFlight(state, db.database);
  if (running !== undefined) return { kind: "running", run: running };
  const why = findHindrance(state, db.source, standing.permit) ?? findLost(state, standing);
  if (why !== null) return wait(why);
  const source = state.settings.sources[db.source]!;
  if (taken + countInFlight(state, db.source) >= source.at_once)
    return wait(`${db.source} takes ${source.at_once} at once, and is busy`);
  const reason = runReason(standing, countRuns(state, standing.digest) + 1);
  const started = state.started.includes(runTitle({ database: db.database, reason }));
  return started ? wait("its run was started just now") : { kind: "start", reason };
}

/** What GitHub shows for a run, as the template's run-name has it. */
export function runTitle({ database, reason }: { database: string; reason: string }): string {
  return `seed ${database}: ${reason}`;
}

/** What keeps anybody's run from a source: no workflow, the stop switch, its windows. */
export function findHindrance(state: MainState, name: string, { work }: Pick<Permit, "work">): string | null {
  if (state.workflow === null || state.workflow.blob === null)
    return "main has no .github/workflows/provision.yml: seedbed init --platform writes it";
  const source = state.settings.sources[name];
  if (source === undefined) return `the settings have no source ${name}`;
  if (source.stopped) return `the DBAs have stopped the source ${name}`;
  if (work === "export" && !isWindowOpen(source.windows, state.now))
    return `exports of ${name} may start ${describeWindows(source.windows)}`;
  return null;
}

/** Every run now: at most `at_once` per source, oldest permits first. */
export function decideDispatches(state: MainState): { database: string; reason: string }[] {
  const taken = new Map<string, number>();
  const found: { database: string; reason: string }[] = [];
  for (const db of state.databases.toSorted(bySignature)) {
    const source = db.source ?? "";
    const next = decideRun(state, db, taken.get(source) ?? 0);
    if (next?.kind !== "start") continue;
    taken.set(source, (taken.get(source) ?? 0) + 1);
    found.push({ database: db.database, reason: next.reason });
  }
  return found;
}

/** How many of our own runs this permit had, by the mark in their title. */
function countRuns(state: MainState, digest: Digest): number {
  return state.runs.filter((run) => !isPersons(run, state) && run.reason.includes(markOf(digest))).length;
}

/** Runs of a source that have not ended, in the order in which they came. */
export function runsOfSource(state: MainState, source: string): RunState[] {
  const names = new Set(state.databases.filter((db) => db.source === source).map(({ database }) => database));
  return state.runs.filter(
    ({ verdict, database }) => verdict.kind === "running" && database !== null && names.has(database),
  );
}

function countInFlight(state: MainState, source: string): number {
  return runsOfSource(state, source).length;
}

function findLost(state: MainState, { digest }: StandingPermit): string | null {
  const count = countRuns(state, digest);
  return count < MAX_RUNS
    ? null
    : `${count} runs left no result that counts: look at their logs, then start *Run workflow*`;
}

/** What stands in the run's name after the database: for people, with the permit's mark; no two runs have the same. */
function runReason({ permit, digest }: StandingPermit, count: number): string {
  const again = count === 1 ? "" : `, run ${count}`;
  return `${describeCause(permit)}, generation ${permit.generation}, ${markOf(digest)}${again}`;
}

function markOf(digest: Digest): string {
  return `permit ${digest.slice("sha256:".length, "sha256:".length + 12)}`;
}

function bySignature(a: DatabaseState, b: DatabaseState): number {
  const time = ({ standing }: DatabaseState): string =>
    standing.kind === "none" || standing.kind === "broken" ? "" : standing.permit.signed_at;
  return time(a).localeCompare(time(b), "en") || a.database.localeCompare(b.database, "en");
}

function wait(why: string): NextRun {
  return { kind: "wait", why };
}

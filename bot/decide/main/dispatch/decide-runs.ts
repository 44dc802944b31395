import { describeWindows, isWindowOpen } from "../../../../src/door/export-window.ts";
import type { Permit } from "../../../../src/permit/permit.ts";
import type { Digest } from "../../../../src/crypto/digest.ts";
import { readRunTitle, runTitle } from "../../../../src/templates/run-title.ts";
import type { DatabaseState, MainState, RunState } from "../main-state.ts";
import type { JudgedPermit } from "../../../../src/permit/judge-permit.ts";
import { describeCause } from "../../../../src/permit/describe-cause.ts";
import { isManual } from "../permits/manual-runs.ts";
import { runsInFlight } from "../permits/runs-in-flight.ts";
import { describeFullSource } from "./describe-full-source.ts";
import { findMark, markOf } from "./permit-mark.ts";

/** How many runs a permit gets in all: one that ends without a result is replaced. */
const MAX_RUNS = 3;

/** What happens next for an open permit: a run starts, has to wait, or is already running. */
export type NextRun =
  | { kind: "start"; reason: string }
  | { kind: "wait"; why: string }
  | { kind: "running"; run: RunState };

/** Decides on the one run of an open permit; null without such a permit. `taken` counts the runs started in this pass. */
export function decideRun(state: MainState, db: DatabaseState, taken: number): NextRun | null {
  const { verdict } = db;
  if (verdict.kind !== "open" || !verdict.covers || db.request === null || db.source === null) return null;
  const [running] = runsInFlight(state, db.database);
  if (running !== undefined) return { kind: "running", run: running };
  const why = findHindrance(state, db.source, verdict.permit) ?? findLost(state, verdict);
  if (why !== null) return wait(why);
  const reason = runReason(verdict, countRuns(state, verdict.digest) + 1);
  if (state.started.includes(runTitle({ database: db.database, reason }))) return wait("its run was started just now");
  const source = state.settings.sources[db.source]!;
  return taken + countInFlight(state, db.source) < source.at_once
    ? { kind: "start", reason }
    : wait(describeFullSource(db.source, source.at_once));
}

/** Why nobody's run may use a source now: no workflow, source stopped, or outside its windows; null if it may. */
export function findHindrance(state: MainState, name: string, { work }: Pick<Permit, "work">): string | null {
  if (state.workflow === null || state.workflow.blob === null)
    return "main has no .github/workflows/provision.yml: create it with seedbed init --platform";
  const source = state.settings.sources[name];
  if (source === undefined) return `the settings do not have the source ${name}`;
  if (source.stopped) return `the DBAs have stopped the source ${name}`;
  if (work === "export" && !isWindowOpen(source.windows, state.now))
    return `exports of ${name} may start ${describeWindows(source.windows)}`;
  return null;
}

/** The runs to start now: at most `at_once` per source, oldest permits first. */
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

/** How many of the bot's runs this permit has had, by the mark in their title. Duplicates that several bots started count once. */
function countRuns(state: MainState, digest: Digest): number {
  const own = state.runs.filter((run) => !isManual(run, state) && findMark(run.reason) === markOf(digest));
  return new Set(own.map(({ reason }) => reason)).size;
}

/** Runs of a source that have not ended, oldest first. */
export function runsOfSource(state: MainState, source: string): RunState[] {
  return state.runs.filter(
    ({ verdict, database }) => verdict.kind === "running" && isOfSource(state, source, database),
  );
}

/** With the runs that were started just now: GitHub may list them only some seconds later. */
function countInFlight(state: MainState, source: string): number {
  const unlisted = state.started.filter((title) => isOfSource(state, source, readRunTitle(title)?.database ?? null));
  return runsOfSource(state, source).length + unlisted.length;
}

function isOfSource(state: MainState, source: string, name: string | null): boolean {
  return state.databases.some((db) => db.database === name && db.source === source);
}

function findLost(state: MainState, { digest }: JudgedPermit): string | null {
  const count = countRuns(state, digest);
  return count < MAX_RUNS
    ? null
    : `${count} runs ended without a usable result: check their logs, then use *Run workflow*`;
}

/**
 * The part of a run's title after the database: the cause, for people, and the permit's mark. Each new run of a permit gets
 * another one, but bots that start it at the same time give it the same.
 */
function runReason({ permit, digest }: JudgedPermit, count: number): string {
  const again = count === 1 ? "" : `, run ${count}`;
  return `${describeCause(permit)}, generation ${permit.generation}, ${markOf(digest)}${again}`;
}

function bySignature(a: DatabaseState, b: DatabaseState): number {
  const time = ({ verdict }: DatabaseState): string => verdict.permit?.signed_at ?? "";
  return time(a).localeCompare(time(b), "en") || a.database.localeCompare(b.database, "en");
}

function wait(why: string): NextRun {
  return { kind: "wait", why };
}

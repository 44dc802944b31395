import type { JudgedPermit } from "../../../../src/permit/judge-permit.ts";
import type { DatabaseState, MainState, RunState } from "../main-state.ts";
import { isFromBefore } from "../permits/permit-age.ts";
import { AMBIGUOUS, findManualRuns, isManual, judgeManualRun } from "../permits/manual-runs.ts";
import { runsInFlight } from "../permits/runs-in-flight.ts";
import { findHindrance, runsOfSource } from "./decide-runs.ts";
import { describeFullSource } from "./describe-full-source.ts";
import { findMark } from "./permit-mark.ts";

export interface Cancellation {
  run: RunState;
  db: DatabaseState;
  why: string;
}

/**
 * Runs that must be cancelled: those started by people that get no permit or that the source does not accept now, and
 * duplicates that several bots started at the same time for one permit.
 */
export function decideCancellations(state: MainState): Cancellation[] {
  return state.databases.flatMap((db) => [
    ...refuseManualRuns(state, db),
    ...refuseForNow(state, db),
    ...cancelDuplicates(state, db),
  ]);
}

/** All runs of a permit except the oldest, which no bot ever cancels, whichever of the others it sees. */
function cancelDuplicates(state: MainState, db: DatabaseState): Cancellation[] {
  const own = runsInFlight(state, db.database).filter((run) => !isManual(run, state));
  const permits = Map.groupBy(own, ({ reason }) => findMark(reason));
  return [...permits].flatMap(([mark, runs]) =>
    mark === null ? [] : runs.slice(1).map((run) => ({ run, db, why: `${mark} already has an older run` })),
  );
}

function refuseManualRuns(state: MainState, db: DatabaseState): Cancellation[] {
  return findManualRuns(state, db).flatMap((run) => {
    const verdict = judgeManualRun(run, db, state);
    return verdict.ok ? [] : [{ run, db, why: verdict.why }];
  });
}

/** The permit stays open: the bot starts a run itself as soon as the source accepts one. */
function refuseForNow(state: MainState, db: DatabaseState): Cancellation[] {
  const { verdict, source } = db;
  if (verdict.kind !== "open" || !verdict.covers || source === null) return [];
  return runsInFlight(state, db.database)
    .filter((run) => isManual(run, state))
    .flatMap((run) => {
      const why =
        findForeignCodeOf(run) ??
        findLateStart(state, run, verdict) ??
        findDoubt(run, verdict) ??
        findCrowd(state, source, run);
      return why === null
        ? []
        : [{ run, db, why: `${why}. The permit stays open, and the bot will start a run itself` }];
    });
}

/** After this time a run has passed the door, or was refused there. */
const AT_THE_DOOR = 60_000;

/** Windows and the stop switch only keep a run from starting: one that was there before is not ended. */
function findLateStart(state: MainState, { facts }: RunState, { permit }: JudgedPermit): string | null {
  const started = Date.parse(facts.startedAt);
  return started < state.now - AT_THE_DOOR ? null : findHindrance({ ...state, now: started }, permit.source, permit);
}

function findForeignCodeOf({ verdict }: RunState): string | null {
  return verdict.kind === "running" && !verdict.trusted ? verdict.why : null;
}

function findDoubt(run: RunState, verdict: JudgedPermit): string | null {
  if (!run.exact) return AMBIGUOUS;
  return isFromBefore(run, verdict) ? "it repeats a run that is older than the permit: start a new one instead" : null;
}

function findCrowd(state: MainState, name: string, run: RunState): string | null {
  const atOnce = state.settings.sources[name]?.at_once ?? 1;
  const position = runsOfSource(state, name).findIndex(({ facts }) => facts.id === run.facts.id);
  return position < atOnce ? null : describeFullSource(name, atOnce);
}

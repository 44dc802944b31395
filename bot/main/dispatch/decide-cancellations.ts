import type { DatabaseState, MainState, RunState } from "../main-state.ts";
import { findWishes, isPersons, judgeWish, runsInFlight } from "../permits/wishes.ts";
import { findHindrance, runsOfSource } from "./decide-runs.ts";

export interface Cancellation {
  run: RunState;
  db: DatabaseState;
  why: string;
}

/** Runs of people that must not go on: wishes that are refused, and runs that the source does not take now. */
export function decideCancellations(state: MainState): Cancellation[] {
  return state.databases.flatMap((db) => [...refuseWishes(state, db), ...refuseForNow(state, db)]);
}

function refuseWishes(state: MainState, db: DatabaseState): Cancellation[] {
  return findWishes(state, db).flatMap((run) => {
    const verdict = judgeWish(run, db, state);
    return verdict.ok ? [] : [{ run, db, why: verdict.why }];
  });
}

/** The permit stays open: the bot starts a run of its own when the source takes one. */
function refuseForNow(state: MainState, db: DatabaseState): Cancellation[] {
  const { standing, source } = db;
  if (standing.kind !== "open" || !standing.covers || source === null) return [];
  const hindrance = findHindrance(state, source, standing.permit);
  return runsInFlight(state, db.database)
    .filter((run) => isPersons(run, state))
    .flatMap((run) => {
      const why = findForeignCodeOf(run) ?? hindrance ?? findCrowd(state, source, run);
      return why === null ? [] : [{ run, db, why: `${why}. The permit stays open and the bot starts a run itself` }];
    });
}

function findForeignCodeOf({ verdict }: RunState): string | null {
  return verdict.kind === "running" && !verdict.trusted ? verdict.why : null;
}

function findCrowd(state: MainState, name: string, run: RunState): string | null {
  const atOnce = state.settings.sources[name]?.at_once ?? 1;
  const position = runsOfSource(state, name).findIndex(({ facts }) => facts.id === run.facts.id);
  return position < atOnce ? null : `${name} takes ${atOnce} at once, and is busy`;
}

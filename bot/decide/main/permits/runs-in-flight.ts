import { isExpired } from "../../../../src/permit/is-expired.ts";
import type { DatabaseState, MainState, RunState } from "../main-state.ts";

/** Runs of this database that have not ended, of any trigger. */
export function runsInFlight(state: MainState, database: string): RunState[] {
  return state.runs.filter((run) => run.verdict.kind === "running" && run.database === database);
}

/**
 * Runs that may have passed the door with a permit that has expired since. Their result still counts, so until they end no
 * other permit takes its place: both could export.
 */
export function runsOfExpired(state: MainState, { verdict, database }: DatabaseState): RunState[] {
  if (verdict.kind !== "expired" || !verdict.covers) return [];
  const { permit } = verdict;
  return runsInFlight(state, database).filter(({ facts }) => !isExpired(permit, Date.parse(facts.startedAt)));
}

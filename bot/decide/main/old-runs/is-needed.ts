import type { RunFacts } from "../../../hub/runs.ts";
import { readRunTitle } from "../../../../src/templates/run-title.ts";
import { isRecent } from "../comments/recent.ts";
import type { DatabaseState, MainState } from "../main-state.ts";
import { evidenceRun, isOfInterest, isUsable } from "../permits/permit-runs.ts";

/**
 * Whether something still has to be read from a run: its permit can be used, so that its result has to be recorded or
 * refused and counts; or it is the failure that a comment shows with its fix.
 */
export function isNeeded(run: RunFacts, { databases, now }: Pick<MainState, "databases" | "now">): boolean {
  return databases.some((db) => isOfPermit(run, db, now) || isShownFailure(run, db, now));
}

function isOfPermit(run: RunFacts, db: DatabaseState, now: number): boolean {
  if (!isUsable(db, now)) return false;
  if (evidenceRun(db).includes(run.id)) return true;
  const title = readRunTitle(run.title);
  if (title === null || (title.exact && title.database !== db.database)) return false;
  return isOfInterest(run, db);
}

function isShownFailure({ id }: RunFacts, db: DatabaseState, now: number): boolean {
  const { last_attempt: attempt } = db.lock;
  return attempt?.outcome === "failed" && attempt.run === id && isRecent({ now }, db);
}

import type { Log } from "../../src/ports/log.ts";
import type { Hub } from "../hub/hub.ts";
import type { RunFacts } from "../hub/runs.ts";
import type { MainState } from "../decide/main/main-state.ts";
import { isNeeded } from "../decide/main/old-runs/is-needed.ts";
import type { OldRuns } from "../observe/main/read-old-runs.ts";

/** How many runs are deleted at most in one reconciliation; the next one continues. */
const DELETED = 25;
/** Runs that are needed as long as main stays as it is are not listed again before this time has passed. */
const PAUSE = 60 * 60_000;

export interface OldRunsToRemove {
  old: OldRuns;
  log: Pick<Log, "info">;
}

/**
 * Deletes runs of main's provision.yml from before it was changed: anybody with write access could start them again, with
 * the Action that it named then. Only runs that have ended and that nothing needs any more. Returns their ids.
 */
export async function removeOldRuns(hub: Hub, state: MainState, { old, log }: OldRunsToRemove): Promise<string[]> {
  const removed: string[] = [];
  for (const { id } of old.runs.filter((run) => isRemovable(run, state)).slice(0, DELETED)) {
    if (!(await hub.actions.remove(id))) continue;
    removed.push(id);
    log.info(`deleted run ${id}: it is of an earlier ${old.workflow.path}`);
  }
  if (old.whole && removed.length === old.runs.length) old.change.next = Infinity;
  else if (old.whole && removed.length === 0) old.change.next = state.now + PAUSE;
  return removed;
}

function isRemovable(run: RunFacts, state: MainState): boolean {
  return run.status === "completed" && !isNeeded(run, state);
}

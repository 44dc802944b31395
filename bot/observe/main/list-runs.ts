import type { Hub } from "../../hub/hub.ts";
import type { RunFacts } from "../../hub/runs.ts";
import type { DatabaseState, MainState, WorkflowFacts } from "../../decide/main/main-state.ts";
import { PERMIT_WAIT } from "../../decide/main/permits/permit-age.ts";
import { evidenceRun, isUsable } from "../../decide/main/permits/permit-runs.ts";

/** The latest runs of all workflows: only to say that one of them left what looks like a result. */
const FOREIGN = 100;

export type ListedState = Pick<MainState, "databases" | "now"> & { workflow: WorkflowFacts };

/** Every run that can matter: provision.yml's since the oldest permit that can still be used, and foreign ones of late. */
export async function listRuns(hub: Hub, { databases, now, workflow }: ListedState): Promise<RunFacts[]> {
  const usable = databases.filter((db) => isUsable(db, now));
  const own = await hub.actions.provisionRuns({ since: Math.min(...usable.map(beginOf)) });
  const listed = new Set(own.map(({ id }) => id));
  // A re-run keeps the time of its first attempt, so a permit that was asked for by one names an older run.
  const named = [...new Set(usable.flatMap(evidenceRun))].filter((id) => !listed.has(id));
  const found = await Promise.all(named.map((id) => hub.actions.run(id)));
  const latest = await hub.actions.runs({ limit: FOREIGN });
  const foreign = latest.filter(({ workflowId }) => workflowId !== workflow.id);
  return [...own, ...found.filter((run) => run !== null), ...foreign];
}

function beginOf({ verdict: { permit } }: DatabaseState): number {
  return permit === null ? Infinity : Date.parse(permit.signed_at) - PERMIT_WAIT;
}

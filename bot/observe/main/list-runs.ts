import type { Hub } from "../../hub/hub.ts";
import type { RunFacts } from "../../hub/runs.ts";
import type { DatabaseState, MainState, WorkflowFacts } from "../../decide/main/main-state.ts";
import { PERMIT_WAIT } from "../../decide/main/permits/permit-age.ts";

/** The latest runs of all workflows: only to say that one of them left what looks like a result. */
const FOREIGN = 100;

/** A run that used a permit in time ends within days; later its permit was given up. */
const GIVEN_UP = 7 * 24 * 60 * 60_000;

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

/** Whether a run of this database's permit may still matter. */
export function isUsable({ verdict }: DatabaseState, now: number): boolean {
  if (verdict.kind === "open") return true;
  return verdict.kind === "expired" && Date.parse(verdict.permit.expires_at ?? "") > now - GIVEN_UP;
}

function beginOf({ verdict: { permit } }: DatabaseState): number {
  return permit === null ? Infinity : Date.parse(permit.signed_at) - PERMIT_WAIT;
}

/** The run that a database's permit was signed for, if it was. */
export function evidenceRun({ verdict }: DatabaseState): string[] {
  const evidence = verdict.permit?.evidence;
  return evidence && "run" in evidence ? [evidence.run] : [];
}

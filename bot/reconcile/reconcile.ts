import type { Hub } from "../hub/hub.ts";
import { listMergeGroups, lookAtMergeGroup } from "./merge-group.ts";
import { lookAtPull } from "./pull.ts";
import type { Looked } from "./queue.ts";
import { ALL_PULLS, MAIN, MERGE_GROUPS, PUSHES } from "./keys.ts";

export interface LookPorts {
  hub: Hub;
  /** The look at main: permits after merges, runs, results. */
  lookAtMain: (hub: Hub) => Promise<Looked>;
  /** The look at who updated main. */
  lookAtPushes: (hub: Hub) => Promise<void>;
  mark: (key: string) => void;
}

/** Looks at whatever a key of the queue stands for. */
export async function look({ hub, lookAtMain, lookAtPushes, mark }: LookPorts, key: string): Promise<Looked> {
  const [kind, first = ""] = key.split("/");
  if (key === MAIN) return lookAtMain(hub);
  if (key === PUSHES) await lookAtPushes(hub);
  if (key === ALL_PULLS) for (const { number } of await hub.pulls.open()) mark(`pull/${number}`);
  // Whatever changes what pull requests may do also changes what may leave the queue.
  if (key === ALL_PULLS) mark(MERGE_GROUPS);
  if (key === MERGE_GROUPS) for (const head of await listMergeGroups(hub)) mark(`merge-group/${head}`);
  if (kind === "pull") return lookAtPull(hub, Number(first));
  if (kind === "head") await checkAgain(hub, first, mark);
  if (kind === "merge-group") await lookAtMergeGroup(hub, first);
  return "done";
}

/** Somebody asked for the checks of a head again: most often nothing has changed, and the same results have to be said again. */
async function checkAgain(hub: Hub, head: string, mark: LookPorts["mark"]): Promise<void> {
  await hub.checks.confirm(head);
  const pulls = (await hub.pulls.open()).filter((pull) => pull.head.sha === head);
  for (const { number } of pulls) mark(`pull/${number}`);
}

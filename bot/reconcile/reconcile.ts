import type { PullJudge } from "../decide/pull/pull-judge.ts";
import type { Hub } from "../hub/hub.ts";
import type { MainReconciliation } from "./main.ts";
import { listMergeGroups, reconcileMergeGroup } from "./merge-group.ts";
import type { PullLooks } from "./pull-looks.ts";
import { reconcilePull } from "./pull.ts";
import type { Reconciled } from "./queue.ts";
import { ALL_PULLS, MAIN, MERGE_GROUPS, PUSHED, PUSHES } from "./keys.ts";

export interface ReconcilePorts {
  hub: Hub;
  /** For main: permits after merges, runs, results. */
  reconcileMain: MainReconciliation;
  /** Which pull requests have to be looked at again. */
  looks: PullLooks;
  /** For what strangers wrote. */
  judge: PullJudge;
  /** For who updated main. */
  reconcilePushes: (hub: Hub, pushed: boolean) => Promise<void>;
  mark: (key: string) => void;
}

/** Reconciles whatever a key of the queue stands for. */
export async function reconcile(
  { hub, reconcileMain, reconcilePushes, looks, judge, mark }: ReconcilePorts,
  key: string,
  waits = 0,
): Promise<Reconciled> {
  const [kind, first = ""] = key.split("/");
  if (key === MAIN) return reconcileMain.run(hub);
  if (key === PUSHES || key === PUSHED) await reconcilePushes(hub, key === PUSHED);
  if (key === ALL_PULLS) for (const number of await looks.choose(hub)) mark(`pull/${number}`);
  // Whatever changes what pull requests may do also changes what may leave the queue.
  if (key === ALL_PULLS) mark(MERGE_GROUPS);
  if (key === MERGE_GROUPS) for (const head of await listMergeGroups(hub)) mark(`merge-group/${head}`);
  const judged = () => mark(MERGE_GROUPS);
  if (kind === "pull")
    return looks.look(hub, Number(first), (watched) => reconcilePull(watched, Number(first), { judge, waits, judged }));
  if (kind === "comments") reconcileMain.forgetComments(Number(first));
  if (kind === "comments") mark(MAIN);
  if (kind === "head") await checkAgain(hub, first, mark);
  if (kind === "merge-group") await reconcileMergeGroup(hub, first, judge);
  return "done";
}

/** Somebody asked for the checks of a head again: most often nothing has changed, and the same results have to be said again. */
async function checkAgain(hub: Hub, head: string, mark: ReconcilePorts["mark"]): Promise<void> {
  await hub.checks.confirm(head);
  const pulls = (await hub.pulls.open()).filter((pull) => pull.head.sha === head);
  for (const { number } of pulls) mark(`pull/${number}`);
}

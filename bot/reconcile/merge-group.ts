import { isWritten } from "../decide/pull/decide-pull.ts";
import { decideMergeGroup } from "../decide/gate/merge-group.ts";
import type { PullJudge } from "../decide/pull/pull-judge.ts";
import type { Hub } from "../hub/hub.ts";
import { readMergeGroup } from "../observe/pull/read-merge-group.ts";

/** Heads of the groups that wait in the default branch's merge queue. */
export async function listMergeGroups(hub: Hub): Promise<string[]> {
  const groups = await hub.git.branches(`gh-readonly-queue/${hub.repository.defaultBranch}/`);
  return [...new Set(groups.map(({ head }) => head))];
}

/** Reconciles a group of the merge queue: checks it against main as it is now; the group's own word for its base is not asked. */
export async function reconcileMergeGroup(hub: Hub, head: string, judge: PullJudge): Promise<void> {
  // Before main: a pull request that is merged in between is then both a candidate and part of the base.
  const pulls = (await hub.pulls.open()).filter((pull) => pull.base.branch === hub.repository.defaultBranch);
  const main = await hub.git.head(hub.repository.defaultBranch);
  if (main === null) return;
  const base = await hub.git.mergeBase(main, head);
  // A group without a difference has been merged; the checks of a pull request's own head are not a group's to write.
  if (base === head || pulls.some((pull) => pull.head.sha === head)) return;
  const wanted = decideMergeGroup(await readMergeGroup(hub, { head, base, main, pulls }, judge));
  const checks = await hub.checks.list(head);
  for (const check of wanted) if (!isWritten({ checks, appId: hub.appId }, check)) await hub.checks.write(head, check);
}

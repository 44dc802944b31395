import type { Hub } from "../hub.ts";
import { reconcileMergeGroup } from "../pull/merge-group.ts";
import { isWritten } from "../pull/reconcile-pull.ts";
import { readEntries } from "./read-side.ts";

/** Checks a group of the merge queue. */
export async function lookAtMergeGroup(hub: Hub, { head, base }: { head: string; base: string }): Promise<void> {
  const { appId, repository } = hub;
  const open = (await hub.pulls.open()).filter((pull) => pull.base.branch === repository.defaultBranch);
  const entriesAt = async (commit: string) => readEntries(await hub.git.treeAt(commit));
  const pulls = await Promise.all(
    open.map(async (pull) => ({
      number: pull.number,
      entries: await entriesAt(pull.head.sha),
      checks: await hub.checks.list(pull.head.sha),
    })),
  );
  const wanted = reconcileMergeGroup({
    appId,
    head,
    base: await entriesAt(base),
    entries: await entriesAt(head),
    pulls,
  });
  const checks = await hub.checks.list(head);
  for (const check of wanted) if (!isWritten({ checks, appId }, check)) await hub.checks.write(head, check);
}

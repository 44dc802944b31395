import type { BranchUpdate } from "../../decide/gate/branch-update.ts";
import { CHECKS } from "../../decide/gate/check-names.ts";
import { readRecord } from "../../decide/gate/record.ts";
import type { CheckFacts } from "../../hub/checks.ts";
import type { CommitFacts } from "../../hub/git.ts";
import type { Hub } from "../../hub/hub.ts";
import type { PushFacts } from "../../hub/pulls.ts";
import { readEntries } from "./read-side.ts";

/** More updates of one branch than this are read as contributions: nobody is asked less than they should be. */
const MOST = 20;

export interface BranchHistory {
  /** Main's tip. */
  main: string;
  /** Newest first. */
  pushes: readonly PushFacts[];
  commits: readonly CommitFacts[];
}

/** The pushes that merged a commit of main into a branch and are nothing else by their form, newest first. */
export async function readUpdates(hub: Hub, { main, pushes, commits }: BranchHistory): Promise<BranchUpdate[]> {
  const found: BranchUpdate[] = [];
  for (const { before, after } of pushes) {
    const commit = commits.find(({ sha }) => sha === after);
    const [first, merged, ...more] = commit?.parents ?? [];
    if (first !== before || merged === undefined || more.length > 0 || found.length === MOST) continue;
    if (await hub.git.isAncestor(merged, main)) found.push(await readUpdate(hub, { before, after, merged }));
  }
  return found;
}

async function readUpdate(hub: Hub, update: Pick<BranchUpdate, "before" | "after" | "merged">): Promise<BranchUpdate> {
  const { before, after, merged } = update;
  const at = async (commit: string) => readEntries(await hub.git.treeAt(commit));
  const entries = {
    before: await at(before),
    after: await at(after),
    merged: await at(merged),
    base: await at(await hub.git.mergeBase(merged, before)),
  };
  return { ...update, entries, checks: listRecorded(await hub.checks.history(before)) };
}

/** The latest check of each name; of approval checks the latest that says what it covers: a red one may not know. */
function listRecorded(checks: readonly CheckFacts[]): CheckFacts[] {
  const known = checks.filter((check) => check.name !== CHECKS.approval || readRecord(check) !== null);
  const inOrder = known.toSorted((a, b) => Number(a.id) - Number(b.id));
  return [...new Map(inOrder.map((check) => [check.name, check])).values()];
}

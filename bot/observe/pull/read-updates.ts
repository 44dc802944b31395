import type { BranchUpdate } from "../../decide/gate/branch-update.ts";
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
  return { ...update, entries, checks: await hub.checks.list(before) };
}

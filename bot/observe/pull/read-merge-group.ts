import { listChangedPaths } from "../../../src/merge/list-changed-paths.ts";
import { findTouched } from "../../decide/pull/changed-paths.ts";
import { judgeDatabases } from "../../decide/pull/judge-databases.ts";
import { isGreen, listRendered, type GroupPull, type MergeGroupState } from "../../decide/pull/merge-group.ts";
import type { Hub } from "../../hub/hub.ts";
import type { PullFacts } from "../../hub/pulls.ts";
import { readMainSettings } from "./read-pull-state.ts";
import { readEntries, readSide } from "./read-side.ts";

/** The commits that a group is judged by, and the open pull requests into the default branch. */
export interface GroupCommits {
  head: string;
  base: string;
  main: string;
  pulls: PullFacts[];
}

/** Reads what the checks of a merge group depend on. */
export async function readMergeGroup(hub: Hub, group: GroupCommits): Promise<MergeGroupState> {
  const { appId } = hub;
  const [base, entries] = [await readEntriesAt(hub, group.base), await readEntriesAt(hub, group.head)];
  const state = { appId, head: group.head, base, entries, rendered: [], pulls: [] };
  if (listChangedPaths(base, entries).length === 0) return state;
  const pulls = await Promise.all(group.pulls.map((pull) => readGroupPull(hub, pull, group.main)));
  return { ...state, pulls, rendered: await readRendered(hub, group, { base, entries }) };
}

async function readGroupPull(hub: Hub, { number, head }: PullFacts, main: string): Promise<GroupPull> {
  const checks = await hub.checks.list(head.sha);
  // A tree that nobody has checked is not even read: it must not be able to stop the queue.
  if (!isGreen(checks, hub.appId)) return { number, checks, base: [], entries: [] };
  const base = await hub.git.mergeBase(main, head.sha);
  return { number, checks, base: await readEntriesAt(hub, base), entries: await readEntriesAt(hub, head.sha) };
}

/** Renders the group: main may have got a new lock since the pull requests were rendered, and git merges both. */
async function readRendered(
  hub: Hub,
  group: GroupCommits,
  { base, entries }: Pick<MergeGroupState, "base" | "entries">,
): Promise<string[]> {
  const [main, before, after] = await Promise.all([group.main, group.base, group.head].map(hub.git.treeAt));
  const settings = await readMainSettings(main!);
  const today = new Date(await hub.gitHubTime()).toISOString().slice(0, 10);
  const shared = { touched: findTouched(base, entries), settings: settings.settings, today };
  const head = await readSide({ ...shared, tree: after!, entries });
  const judged = judgeDatabases(
    { head, base: await readSide({ ...shared, tree: before!, entries: base }), settings },
    shared.touched,
  );
  return listRendered(head, judged);
}

async function readEntriesAt(hub: Hub, commit: string): ReturnType<typeof readEntries> {
  return readEntries(await hub.git.treeAt(commit));
}

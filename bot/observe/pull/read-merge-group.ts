import { changesBetween, isNothing } from "../../decide/gate/change-set.ts";
import { findTouched } from "../../decide/gate/changed-paths.ts";
import { isGreen, type MergeGroupState } from "../../decide/gate/merge-group.ts";
import type { PullJudge } from "../../decide/pull/pull-judge.ts";
import { refuseSize } from "../../decide/pull/refuse-size.ts";
import type { PullSides } from "../../decide/pull/pull-state.ts";
import type { Hub } from "../../hub/hub.ts";
import type { PullFacts } from "../../hub/pulls.ts";
import { readMainSettings } from "./read-pull-state.ts";
import { readEntries, readMain, readResult, readSizedEntries } from "./read-side.ts";

/** The commits that a group is judged by, and the open pull requests into the default branch. */
export interface GroupCommits {
  head: string;
  base: string;
  main: string;
  pulls: PullFacts[];
}

/** Reads what the checks of a merge group depend on. */
export async function readMergeGroup(hub: Hub, group: GroupCommits, judge: PullJudge): Promise<MergeGroupState> {
  const { appId } = hub;
  const [before, after] = [await readEntriesAt(hub, group.base), await readEntriesAt(hub, group.head)];
  const changes = changesBetween(before, after);
  if (isNothing(changes)) return { appId, changes, rendered: [], pulls: [] };
  const pulls = await Promise.all(group.pulls.map(({ head }) => hub.checks.list(head.sha)));
  const green = pulls.some((checks) => isGreen(checks, appId));
  return { appId, changes, pulls, rendered: green ? await readRendered(hub, group, judge) : [] };
}

/** Renders the group: main may have got a new lock since the pull requests were rendered, and git merges both. */
async function readRendered(hub: Hub, group: GroupCommits, judge: PullJudge): Promise<string[]> {
  const [main, before, after] = await Promise.all([group.main, group.base, group.head].map(hub.git.treeAt));
  const [from, entries] = [await readEntries(before!), await readSizedEntries(after!)];
  if (refuseSize(from, entries) !== null) return [];
  const touched = findTouched(from, entries);
  const sides: PullSides = {
    main: await readMain(before!, touched),
    result: await readResult(after!, touched),
    merge: { kind: "tested", head: entries, shown: [] },
    settings: await readMainSettings(main!),
    today: new Date(await hub.gitHubTime()).toISOString().slice(0, 10),
    refused: null,
  };
  const rendered = await judge.listRendered(group.head, sides);
  return "value" in rendered ? rendered.value : [];
}

async function readEntriesAt(hub: Hub, commit: string): ReturnType<typeof readEntries> {
  return readEntries(await hub.git.treeAt(commit));
}

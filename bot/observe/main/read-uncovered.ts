import { changesBetween, isNothing, type ChangeSet } from "../../decide/gate/change-set.ts";
import { findUncovered } from "../../decide/gate/find-uncovered.ts";
import { findRecord } from "../../decide/gate/record.ts";
import { isGreen } from "../../decide/gate/merge-group.ts";
import { checksAtMerge, recordAtMerge } from "../../decide/main/permits/checks-at-merge.ts";
import { greenSince } from "../../decide/reviews/green-since.ts";
import { CHECKS } from "../../decide/gate/check-names.ts";
import type { Hub } from "../../hub/hub.ts";
import type { PushFacts } from "../../hub/pulls.ts";
import { readEntries } from "../pull/read-side.ts";
import { listArrived } from "./list-arrived.ts";
import { listMergedPulls } from "./read-origin.ts";
import { isUnreadable } from "./unreadable.ts";

/** What a merge brought to main that no approval covers, and the pull requests that it came from. */
export interface Uncovered {
  /** null if GitHub cannot say what the merge changed. */
  paths: string[] | null;
  pulls: number[];
}

/** More commits than a merge queue brings at once; a longer way from main to main is an alarm. */
const MOST_COMMITS = 200;

/** Judges a merge into main by the rule that its pull requests were judged by. */
export async function readUncovered(hub: Hub, { before, after }: PushFacts): Promise<Uncovered> {
  const changes = await readChanges(hub, before, after);
  if (changes !== null && isNothing(changes)) return { paths: [], pulls: [] };
  const commits = changes === null ? null : await listArrived(hub, { from: before, to: after, most: MOST_COMMITS });
  if (changes === null || commits === null) return { paths: null, pulls: [] };
  const pulls = new Map(
    (await Promise.all(commits.map((sha) => listMergedPulls(hub, sha)))).flat().map((pull) => [pull.number, pull]),
  );
  const covered = await Promise.all(
    [...pulls.values()].map(async (pull) => {
      const checks = await hub.checks.history(pull.head.sha);
      // A check that covers something says nothing of what another one found.
      if (!isGreen(checksAtMerge({ checks, pull }, hub.appId), hub.appId)) return [];
      return recordAtMerge({ checks, pull }, hub.appId)?.changes ?? [];
    }),
  );
  const group = await readGroup(hub, after);
  const paths = findUncovered({ changes, covered: [...covered.flat(), ...group], rendered: [] });
  return { paths, pulls: [...pulls.keys()].toSorted((a, b) => a - b) };
}

async function readChanges(hub: Hub, before: string, after: string): Promise<ChangeSet | null> {
  try {
    const [from, to] = await Promise.all([before, after].map(hub.git.treeAt));
    return changesBetween(await readEntries(from!), await readEntries(to!));
  } catch (error) {
    if (isUnreadable(error)) return null;
    throw error;
  }
}

/** The checks of a merge group are on the very commit that main moves to. */
async function readGroup(hub: Hub, commit: string): Promise<ChangeSet[]> {
  const checks = await hub.checks.list(commit);
  const record = greenSince(checks, CHECKS.approval, hub.appId) === null ? null : findRecord(checks, hub.appId);
  return record === null ? [] : [record.changes];
}

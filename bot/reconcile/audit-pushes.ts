import type { Logger } from "pino";
import { SETTINGS_PATH } from "../../src/layout/repository.ts";
import type { Hub } from "../hub/hub.ts";
import type { PushFacts } from "../hub/pulls.ts";
import { findIssue, markNote, readOwnComments } from "../write/write-comments.ts";
import { readUncovered } from "../observe/main/read-uncovered.ts";
import { isUnreadable } from "../observe/main/unreadable.ts";
import { type FileEntry, listChangedPaths } from "../../src/merge/list-changed-paths.ts";
import { readEntries } from "../observe/pull/read-side.ts";
import { describeBypass, type BypassFacts } from "../decide/audit/describe-bypass.ts";
import { isMerge, isNothing, listUpdates } from "../decide/audit/find-bypasses.ts";

/** The issue whose comments are also the memory of what was reported. */
export const BYPASS_ISSUE = "Seedbed: changes of main without an approval";

export interface AuditPorts {
  log: Pick<Logger, "warn">;
  /** Milliseconds since the epoch: older updates are not read. */
  since: number;
  /** Ids of updates that were found to be approved: they are not judged again. */
  approved: Set<string>;
}

/**
 * Reports every update of main since a time that no approval covers, one comment each, once: a push past the rules, and a merge of
 * something else than was approved. Returns the commit that main had after the latest update that GitHub lists; null if it lists none.
 */
export async function auditPushes(hub: Hub, { log, since, approved }: AuditPorts): Promise<string | null> {
  const branch = hub.repository.defaultBranch;
  const pushes = await hub.pulls.pushesSince(branch, since);
  const updates = await keepGoverned(hub, listUpdates(pushes, hub.botLogin), pushes);
  const found: BypassFacts[] = [];
  for (const push of updates.filter(({ id }) => !approved.has(id))) {
    const facts = await judgeUpdate(hub, push);
    if (facts === null) approved.add(push.id);
    else found.push(facts);
  }
  await report(hub, log, found);
  return pushes[0]?.after ?? null;
}

/** What of an update nobody has approved; null if that is nothing. */
async function judgeUpdate(hub: Hub, push: PushFacts): Promise<BypassFacts | null> {
  const branch = hub.repository.defaultBranch;
  if (!isMerge(push)) return { push, branch, paths: await readPaths(hub, push), pulls: null };
  const { paths, pulls } = await readUncovered(hub, push);
  return paths?.length === 0 ? null : { push, branch, paths, pulls };
}

async function report(hub: Hub, log: AuditPorts["log"], found: readonly BypassFacts[]): Promise<void> {
  if (found.length === 0) return;
  const number = await findIssue(hub, BYPASS_ISSUE);
  const written = await readOwnComments(hub, number);
  for (const facts of found) {
    const mark = markNote(`push-${facts.push.id}`);
    if (written.some(({ body }) => body.startsWith(mark))) continue;
    const { kind, actor, before, after, at } = facts.push;
    const what = { kind, actor: actor?.login ?? null, before, after, at, issue: number, paths: facts.paths };
    // Before the comment: an alarm that GitHub does not take is at least in the log.
    log.warn(what, facts.pulls === null ? "push past the rules" : "merge that no approval covers");
    await hub.pulls.writeComment(number, `${mark}\n${describeBypass(facts)}\n`);
  }
}

/** Those since main had Seedbed's settings. Whoever pushes often costs no call each: what comes after one of them is one too. */
async function keepGoverned(hub: Hub, found: PushFacts[], pushes: readonly PushFacts[]): Promise<PushFacts[]> {
  for (const [index, push] of found.entries()) if (await isGoverned(hub, push, pushes)) return found.slice(index);
  return [];
}

/** Whether main had Seedbed's settings before this push: the first commits of a new repository can only be pushed. */
async function isGoverned(hub: Hub, { id, before }: PushFacts, pushes: readonly PushFacts[]): Promise<boolean> {
  if (isNothing(before)) return pushes.at(-1)?.id !== id;
  try {
    return (await hub.git.history({ ref: before, path: SETTINGS_PATH, limit: 1 })).length > 0;
  } catch (error) {
    if (isGone(error)) return true;
    throw error;
  }
}

async function readPaths(hub: Hub, { before, after }: PushFacts): Promise<string[] | null> {
  try {
    return listChangedPaths(await readTree(hub, before), await readTree(hub, after));
  } catch (error) {
    if (isGone(error) || isUnreadable(error)) return null;
    throw error;
  }
}

async function readTree(hub: Hub, commit: string): Promise<FileEntry[]> {
  return isNothing(commit) ? [] : readEntries(await hub.git.treeAt(commit));
}

/** GitHub removes commits that no branch reaches, some time after a force push. */
function isGone(error: unknown): boolean {
  const { status } = error as { status?: number };
  return status === 404 || status === 409 || status === 422;
}

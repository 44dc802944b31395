import type { Logger } from "pino";
import { SETTINGS_PATH } from "../../src/layout/repository.ts";
import type { Hub } from "../hub/hub.ts";
import type { PushFacts } from "../hub/pulls.ts";
import { findIssue, markNote, readOwnComments } from "../write/write-comments.ts";
import { isUnreadable } from "../observe/main/unreadable.ts";
import { listChangedPaths } from "../../src/merge/list-changed-paths.ts";
import type { TreeEntry } from "../decide/pull/pull-state.ts";
import { readEntries } from "../observe/pull/read-side.ts";
import { describeBypass } from "../decide/audit/describe-bypass.ts";
import { findBypasses, isNothing } from "../decide/audit/find-bypasses.ts";

/** The issue whose comments are also the memory of what was reported. */
export const BYPASS_ISSUE = "Seedbed: pushes without a pull request";

export interface AuditPorts {
  log: Pick<Logger, "warn">;
  /** Milliseconds since the epoch: older updates are not read. */
  since: number;
}

/**
 * Reports every update of main since a time that was neither a merge nor the bot's own: one comment each, once. Returns the
 * commit that main had after the latest update that GitHub lists; null if it lists none.
 */
export async function auditPushes(hub: Hub, { log, since }: AuditPorts): Promise<string | null> {
  const branch = hub.repository.defaultBranch;
  const pushes = await hub.pulls.pushesSince(branch, since);
  const found = await keepGoverned(hub, findBypasses(pushes, hub.botLogin), pushes);
  if (found.length === 0) return pushes[0]?.after ?? null;
  const number = await findIssue(hub, BYPASS_ISSUE);
  const written = await readOwnComments(hub, number);
  for (const push of found) {
    const mark = markNote(`push-${push.id}`);
    if (written.some(({ body }) => body.startsWith(mark))) continue;
    const paths = await readPaths(hub, push);
    const { kind, actor, before, after, at } = push;
    // Before the comment: an alarm that GitHub does not take is at least in the log.
    log.warn({ kind, actor: actor?.login ?? null, before, after, at, issue: number, paths }, "push past the rules");
    await hub.pulls.writeComment(number, `${mark}\n${describeBypass({ push, branch, paths })}\n`);
  }
  return pushes[0]?.after ?? null;
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

async function readTree(hub: Hub, commit: string): Promise<TreeEntry[]> {
  return isNothing(commit) ? [] : readEntries(await hub.git.treeAt(commit));
}

/** GitHub removes commits that no branch reaches, some time after a force push. */
function isGone(error: unknown): boolean {
  const { status } = error as { status?: number };
  return status === 404 || status === 409 || status === 422;
}

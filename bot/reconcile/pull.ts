import type { Hub } from "../hub/hub.ts";
import type { PullFacts } from "../hub/pulls.ts";
import { closeComment, leavesRequest } from "../decide/pull/closed-comment.ts";
import { isWritten, type PullOutputs } from "../decide/pull/decide-pull.ts";
import type { PullJudge } from "../decide/pull/pull-judge.ts";
import { refusePull } from "../decide/pull/refuse-pull.ts";
import { findSticky } from "../decide/pull/sticky.ts";
import { readPullState } from "../observe/pull/read-pull-state.ts";
import type { PullState } from "../decide/pull/pull-state.ts";
import { writePull, type Written } from "../write/write-pull.ts";
import { MOST_WAITS, type Reconciled } from "./queue.ts";

export interface PullPorts {
  judge: PullJudge;
  /** How often in a row this pull request has been waited for. */
  waits: number;
  /** Called when its checks have changed: groups of the merge queue that it is in go by them. */
  judged: () => void;
}

/**
 * Reconciles one pull request: reads it, decides, and writes what has changed. GitHub computes what a merge would do, and lists
 * pushes, only after a while: that is waited for, after `MOST_WAITS` told, and asked again with each sweep.
 */
export async function reconcilePull(
  hub: Hub,
  number: number,
  { judge, waits, judged }: PullPorts,
): Promise<Reconciled> {
  const pull = await hub.pulls.get(number);
  if (pull.state === "closed") return reconcileClosed(hub, pull);
  const facts = await readPullState(hub, pull, judge);
  // One that was merged meanwhile differs in nothing from the main that was read: its checks have to stay as they were. And
  // what was read of two heads, or for two bases, belongs to neither.
  const now = await hub.pulls.get(number);
  if (now.state === "closed" || now.head.sha !== pull.head.sha || now.base.branch !== pull.base.branch) return "again";
  const early = isEarly(facts);
  if (early && waits < MOST_WAITS) return "later";
  const outputs = await decide(facts, judge);
  const written = await writePull(hub, facts, outputs);
  if (outputs.checks.some((check) => !isWritten(facts, check))) judged();
  return early && written === "done" ? "later" : written;
}

async function decide(facts: PullState, judge: PullJudge): Promise<PullOutputs> {
  if (facts.refused !== null) return refusePull(facts, facts.refused);
  const judged = await judge.decidePull(facts);
  return "value" in judged ? judged.value : refusePull(facts, judged.refused);
}

/** Whether GitHub does not know yet what would be merged, or who wrote and pushed it. */
function isEarly({ merge, pushes, commits, pull }: PullState): boolean {
  const listed = pushes.length === 0 || pushes[0]!.after === pull.head.sha;
  return merge.kind === "unknown" || !listed || !commits.some(({ sha }) => sha === pull.head.sha);
}

/** Ends the comment of a closed pull request, unless reconciling main goes on with it. */
async function reconcileClosed(hub: Hub, { number, merged, base }: PullFacts): Promise<Written> {
  const sticky = findSticky(await hub.pulls.comments(number), hub);
  const reachedMain = merged && base.branch === hub.repository.defaultBranch;
  if (sticky === null || (reachedMain && leavesRequest(await hub.pulls.files(number)))) return "done";
  const body = closeComment(sticky.body, merged);
  if (body !== sticky.body) await hub.pulls.updateComment(sticky.id, body);
  return "done";
}

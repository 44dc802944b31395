import type { Hub } from "../hub.ts";
import type { PullFacts } from "../hub-pulls.ts";
import { closeComment, leavesRequest } from "../pull/closed-comment.ts";
import { reconcilePull } from "../pull/reconcile-pull.ts";
import { findSticky } from "../pull/sticky.ts";
import { readPullState } from "./read-pull-state.ts";
import { writePull, type Written } from "./write-pull.ts";

/** Looks at one pull request: reads it, decides, and writes what has changed. */
export async function lookAtPull(hub: Hub, number: number): Promise<Written> {
  const pull = await hub.pulls.get(number);
  if (pull.state === "closed") return lookAtClosed(hub, pull);
  const facts = await readPullState(hub, pull);
  // One that was merged meanwhile differs in nothing from the main that was read: its checks have to stay as they were.
  if ((await hub.pulls.get(number)).state === "closed") return "again";
  return writePull(hub, facts, reconcilePull(facts));
}

/** Ends the comment of a closed pull request, unless the look at main goes on with it. */
async function lookAtClosed(hub: Hub, { number, merged, base }: PullFacts): Promise<Written> {
  const sticky = findSticky(await hub.pulls.comments(number), hub);
  const reachedMain = merged && base.branch === hub.repository.defaultBranch;
  if (sticky === null || (reachedMain && leavesRequest(await hub.pulls.files(number)))) return "done";
  const body = closeComment(sticky.body, merged);
  if (body !== sticky.body) await hub.pulls.updateComment(sticky.id, body);
  return "done";
}

import type { PushFacts } from "../../hub/pulls.ts";

/** Updates of main that come from a merged pull request or from the merge queue. */
const MERGES = new Set(["pr_merge", "merge_queue_merge"]);

/** The updates of main that are not the bot's own commits, in the order in which they happened. */
export function listUpdates(pushes: readonly PushFacts[], botLogin: string): PushFacts[] {
  return pushes.filter(({ actor }) => actor?.login !== botLogin).toReversed();
}

/** Whether a pull request was merged; everything else is a push past the ruleset. */
export function isMerge({ kind }: PushFacts): boolean {
  return MERGES.has(kind);
}

/** Whether a push has no commit on this side: the branch was created or deleted by it. */
export function isNothing(sha: string): boolean {
  return /^0+$/.test(sha);
}

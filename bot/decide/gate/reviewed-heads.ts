import type { CheckFacts } from "../../hub/checks.ts";
import { greenSince } from "../reviews/green-since.ts";
import type { ReviewedHead } from "../reviews/reviewed-head.ts";
import type { BranchUpdate } from "./branch-update.ts";
import { digestOfApproved, type ChangeSet } from "./change-set.ts";
import { CHECKS } from "./check-names.ts";
import { findRecord } from "./record.ts";

export interface HeadQuestion {
  head: string;
  /** The checks of the head. */
  checks: readonly CheckFacts[];
  /** What the merge of the head would change of main. */
  changes: ChangeSet;
  /** The pure updates of the branch, newest first. */
  updates: readonly BranchUpdate[];
  appId: number;
}

/**
 * The head, and the earlier ones whose reviews count for it, newest first: an approval is for what was approved, and survives an
 * update with main that leaves all of that as it was.
 */
export function listReviewedHeads({ head, checks, changes, updates, appId }: HeadQuestion): ReviewedHead[] {
  const heads = [viewHead(head, checks, appId)];
  const wanted = digestOfApproved(changes);
  for (const update of updates) {
    if (update.after !== heads.at(-1)!.sha) continue;
    // What was approved there is what this App's own check says, which judged that head against main.
    const record = findRecord(update.checks, appId);
    if (record !== null && digestOfApproved(record.changes) !== wanted) return heads;
    heads.push(viewHead(update.before, record === null ? [] : update.checks, appId));
  }
  return heads;
}

function viewHead(sha: string, checks: readonly CheckFacts[], appId: number): ReviewedHead {
  return { sha, renderedAt: greenSince(checks, CHECKS.render, appId) };
}

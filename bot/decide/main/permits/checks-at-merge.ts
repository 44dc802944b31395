import type { CheckFacts } from "../../../hub/checks.ts";
import { CHECKS } from "../../gate/check-names.ts";
import { findRecord, type GateRecord } from "../../gate/record.ts";
import { greenSince } from "../../reviews/green-since.ts";
import type { MergeFacts } from "../main-state.ts";

/**
 * The latest check of each name that this App had completed when the pull request was merged. Later ones do not count, in
 * either direction: another pull request may have the same head, and its checks are written there too.
 */
export function checksAtMerge({ checks, pull }: Pick<MergeFacts, "checks" | "pull">, appId: number): CheckFacts[] {
  const merged = Date.parse(pull.mergedAt ?? "");
  const before = checks.filter(
    ({ appId: app, status, completedAt }) =>
      app === appId && status === "completed" && Date.parse(completedAt ?? "") <= merged,
  );
  // Ids rise in the order in which GitHub received them, which is also the order that its own rules go by.
  const ordered = before.toSorted((a, b) => Number(a.id) - Number(b.id));
  return [...new Map(ordered.map((check) => [check.name, check])).values()];
}

/** What the approval check covered when the pull request was merged; null if it was not green, or does not say. */
export function recordAtMerge(merge: Pick<MergeFacts, "checks" | "pull">, appId: number): GateRecord | null {
  const checks = checksAtMerge(merge, appId);
  return greenSince(checks, CHECKS.approval, appId) === null ? null : findRecord(checks, appId);
}

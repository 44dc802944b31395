import type { CheckFacts } from "../../hub/checks.ts";

/** When this App's check of this name turned green; null if it is not green, or only another App wrote it. */
export function greenSince(checks: readonly CheckFacts[], name: string, appId: number): string | null {
  const check = checks.find((candidate) => candidate.name === name && candidate.appId === appId);
  return check?.status === "completed" && check.conclusion === "success" ? check.completedAt : null;
}

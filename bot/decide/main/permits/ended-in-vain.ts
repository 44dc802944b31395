import type { PermitVerdict } from "../../../../src/permit/judge-permit.ts";

/** Whether a permit can no longer be used and brought no data: its run failed, another one took its generation, or none came. */
export function endedInVain(verdict: PermitVerdict): boolean {
  return verdict.kind === "expired" || (verdict.kind === "used" && verdict.as !== "seeded");
}

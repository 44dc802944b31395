import type { Permit } from "../../../src/approval/permit.ts";

/** Why a permit was signed, in a few words. */
export function describeCause(permit: Permit): string {
  if (permit.cause === "review") return `review of #${permit.evidence.pull}`;
  if (permit.cause === "refresh") return `refresh that was due ${permit.evidence.due}`;
  if (permit.cause === "rebuild") return `new base by #${permit.evidence.settings_pull}`;
  return `${permit.cause} by ${permit.evidence.login}`;
}

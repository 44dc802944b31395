import type { RunFacts } from "../../../hub/runs.ts";
import type { DatabaseState } from "../main-state.ts";
import { PERMIT_WAIT } from "./permit-age.ts";

/** A run that used a permit in time ends within days; later its permit was given up. */
const GIVEN_UP = 7 * 24 * 60 * 60_000;

/** Whether a run of this database's permit may still matter. */
export function isUsable({ verdict }: DatabaseState, now: number): boolean {
  if (verdict.kind === "open") return true;
  return verdict.kind === "expired" && Date.parse(verdict.permit.expires_at ?? "") > now - GIVEN_UP;
}

/** The run that a database's permit was signed for, if it was. */
export function evidenceRun({ verdict }: DatabaseState): string[] {
  const evidence = verdict.permit?.evidence;
  return evidence && "run" in evidence ? [evidence.run] : [];
}

/** A result can only be used while its permit is open or expired. */
export function isOfInterest(facts: RunFacts, { verdict }: DatabaseState): boolean {
  if (verdict.kind !== "open" && verdict.kind !== "expired") return false;
  return Date.parse(facts.startedAt) >= Date.parse(verdict.permit.signed_at) - PERMIT_WAIT;
}

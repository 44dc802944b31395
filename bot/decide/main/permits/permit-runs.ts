import type { RunFacts } from "../../../hub/runs.ts";
import type { DatabaseState } from "../main-state.ts";
import { PERMIT_WAIT } from "./permit-age.ts";

/** A run that used a permit in time ends within days; later its permit was given up. */
const GIVEN_UP = 7 * 24 * 60 * 60_000;

/** Whether a run of this database's permit may still matter. */
export function isUsable({ standing }: DatabaseState, now: number): boolean {
  if (standing.kind === "open") return true;
  return standing.kind === "expired" && Date.parse(standing.permit.expires_at ?? "") > now - GIVEN_UP;
}

/** The run that a database's permit was signed for, if it was. */
export function evidenceRun({ standing }: DatabaseState): string[] {
  if (standing.kind === "none" || standing.kind === "broken") return [];
  const { evidence } = standing.permit;
  return "run" in evidence ? [evidence.run] : [];
}

/** A result can only be used while its permit is open or expired. */
export function isOfInterest(facts: RunFacts, { standing }: DatabaseState): boolean {
  if (standing.kind !== "open" && standing.kind !== "expired") return false;
  return Date.parse(facts.startedAt) >= Date.parse(standing.permit.signed_at) - PERMIT_WAIT;
}

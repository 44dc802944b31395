import type { JudgedPermit } from "../../../../src/permit/judge-permit.ts";
import type { RunState } from "../main-state.ts";

/** A person's run waits up to five minutes for its permit, so it is a little older. */
export const PERMIT_WAIT = 10 * 60_000;

/** Whether a run was there long before a permit that does not name it: a re-run, which lists of newer runs do not show. */
export function isFromBefore({ facts }: RunState, { permit }: Pick<JudgedPermit, "permit">): boolean {
  const { evidence } = permit;
  if ("run" in evidence && evidence.run === facts.id) return false;
  return Date.parse(facts.createdAt) < Date.parse(permit.signed_at) - PERMIT_WAIT;
}

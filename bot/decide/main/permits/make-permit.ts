import type { Permit, PermitCause } from "../../../../src/permit/permit.ts";
import { listRequestDigests } from "../../../../src/digests/request-files.ts";
import type { DatabaseState, MainState } from "../main-state.ts";
import { nextGeneration } from "./decide-work.ts";

const DAY = 24 * 60 * 60_000;

export type PermitTerms = { work: Permit["work"] } & PermitCause;

/** An unsigned permit for the request on main, with this work and cause. */
export function makePermit(state: MainState, db: DatabaseState, terms: PermitTerms): Permit {
  const { work, ...cause } = terms;
  const expires = state.now + state.settings.approval.expires_days * DAY;
  return {
    version: 1,
    repository: state.repository,
    database: db.database,
    source: db.source ?? "",
    request: listRequestDigests(db.files),
    work,
    generation: nextGeneration(db, work),
    ...cause,
    signed_at: formatTime(state.now),
    ...(work === "apply" ? {} : { expires_at: formatTime(expires) }),
  };
}

/** UTC with `Z`, to the second. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

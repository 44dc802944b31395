import type { SigningKey } from "../../src/approval/sign-approval.ts";
import { makeLockCommit } from "./commits/lock-commit.ts";
import { makePermitCommit, type Decided } from "./commits/permit-commit.ts";
import { decideCancellations } from "./dispatch/decide-cancellations.ts";
import { decideDispatches } from "./dispatch/decide-runs.ts";
import type { MainOutputs, MainState } from "./main-state.ts";
import { orderState } from "./order-state.ts";
import { decidePermit } from "./permits/decide-permit.ts";
import { renderNotes, renderStickyComments } from "./comments/render-comments.ts";

/**
 * Decides what has to be done on main now: the same state gives the same bytes. A commit comes alone, because everything else
 * depends on it. Results come before permits, so that no permit is replaced before the result of its run is recorded.
 */
export function reconcileMain(given: MainState, key: SigningKey | null): MainOutputs {
  const state = orderState(given);
  const nothing: MainOutputs = { commit: null, dispatches: [], cancellations: [], stickyComments: [], notes: [] };
  const lock = makeLockCommit(state);
  if (lock !== null) return { ...nothing, commit: lock };
  const newest = state.settings.approval.keys.at(-1)?.id;
  const decided: Decided[] = state.databases.map((db) => ({
    db,
    decision: decidePermit(state, db, key !== null && key.id === newest ? key.id : null),
  }));
  const permits = key === null ? null : makePermitCommit(state, decided, key);
  if (permits !== null) return { ...nothing, commit: permits };
  const cancellations = decideCancellations(state);
  return {
    commit: null,
    dispatches: decideDispatches(state),
    cancellations: cancellations.map(({ run, why }) => ({ run: run.facts.id, attempt: run.facts.attempt, why })),
    stickyComments: renderStickyComments(state, decided),
    notes: renderNotes(state, cancellations),
  };
}

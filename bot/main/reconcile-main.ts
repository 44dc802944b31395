import type { SigningKey } from "../../src/approval/sign-approval.ts";
import { makeLockCommit } from "./commits/lock-commit.ts";
import { makePermitCommit, type Decided } from "./commits/permit-commit.ts";
import { decideCancellations } from "./dispatch/decide-cancellations.ts";
import { decideDispatches } from "./dispatch/decide-runs.ts";
import type { MainOutputs, MainState } from "./main-state.ts";
import { orderState } from "./order-state.ts";
import { decidePermit } from "./permits/decide-permit.ts";
import { tellNotes, tellStories } from "./story/tell.ts";

/**
 * What main needs now, of its state alone: the same state gives the same bytes. A commit comes alone, because everything else
 * depends on what it changes; results come before permits, so that no result meets a permit that replaced its own.
 */
export function reconcileMain(given: MainState, key: SigningKey | null): MainOutputs {
  const state = orderState(given);
  const nothing: MainOutputs = { commit: null, dispatches: [], cancellations: [], stories: [], notes: [] };
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
    stories: tellStories(state, decided),
    notes: tellNotes(state, cancellations),
  };
}

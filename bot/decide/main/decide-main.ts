import type { SigningKey } from "../../../src/permit/sign-approval.ts";
import { forEach, joinChanges } from "./commits/join-changes.ts";
import { removeLeftovers } from "./commits/leftover-commit.ts";
import { changeLock } from "./commits/lock-commit.ts";
import { changeApproval, type Decided } from "./commits/permit-commit.ts";
import { changeRendered } from "./commits/render-commit.ts";
import { decideCancellations } from "./dispatch/decide-cancellations.ts";
import { decideDispatches } from "./dispatch/decide-runs.ts";
import type { MainCommit, MainOutputs, MainState, Refusals, Writing } from "./main-state.ts";
import { orderState } from "./order-state.ts";
import { decidePermit } from "./permits/decide-permit.ts";
import { collectRefusals, renderNotes, renderStickyComments } from "./comments/render-comments.ts";

/**
 * Decides what has to be done on main now: the same state gives the same bytes. A commit comes alone, because everything else
 * depends on it. Results come before permits, so that no permit is replaced before the result of its run is recorded.
 * Manifests alone come last, because results and permits already include theirs.
 */
export function decideMain(
  given: MainState,
  key: SigningKey | null,
  writing: Writing = { refused: new Map(), alone: false },
): MainOutputs {
  const state = orderState(given);
  const refused: Refusals = new Map(writing.refused);
  const { alone } = writing;
  const lock = joinChanges("Locks of", findLocks(state, refused), alone);
  if (lock !== null) return outputCommit(lock);
  const decided = decideAll(state, refused, key);
  const permits = key === null ? null : joinChanges("Permits for", signAll(state, { decided, refused, key }), alone);
  if (permits !== null) return outputCommit(permits);
  const rendered = joinChanges("Manifests of", findRendered(state, refused), alone);
  if (rendered !== null) return outputCommit(rendered);
  const removed = joinChanges("Manifests without a request of", removeLeftovers(state, refused), alone);
  return removed === null ? outputRest(state, decided, refused) : outputCommit(removed);
}

function outputCommit(commit: MainCommit): MainOutputs {
  return { commit, dispatches: [], cancellations: [], stickyComments: [], notes: [], refusals: [] };
}

function findLocks(state: MainState, refused: Refusals) {
  return forEach(state.databases, refused, (db) => changeLock(state, db)).filter((change) => change !== null);
}

function findRendered(state: MainState, refused: Refusals) {
  return forEach(state.databases, refused, (db) => changeRendered(state, db)).filter((change) => change !== null);
}

function decideAll(state: MainState, refused: Refusals, key: SigningKey | null): Decided[] {
  const newest = state.settings.approval.keys.at(-1)?.id;
  const id = key !== null && key.id === newest ? key.id : null;
  return forEach(state.databases, refused, (db) => ({ db, decision: decidePermit(state, db, id) }));
}

interface Signing {
  decided: readonly Decided[];
  refused: Refusals;
  key: SigningKey;
}

function signAll(state: MainState, { decided, refused, key }: Signing) {
  const due = new Map(
    decided.flatMap(({ db, decision }) => (decision.kind === "sign" ? [[db.database, decision.permit] as const] : [])),
  );
  const databases = state.databases.filter(({ database }) => due.has(database));
  return forEach(databases, refused, (db) => changeApproval(state, db, { permit: due.get(db.database)!, key }));
}

/** Runs and comments. A database with a refusal is treated as if its request were invalid. */
function outputRest(given: MainState, decided: readonly Decided[], refused: Refusals): MainOutputs {
  const databases = given.databases.map((db) => {
    const refusal = refused.get(db.database);
    return refusal === undefined ? db : { ...db, request: null, problem: refusal.why };
  });
  const state = { ...given, databases };
  const decisions = new Map(decided.map(({ db, decision }) => [db.database, decision]));
  const shown = databases.map((db): Decided => {
    const refusal = refused.get(db.database);
    return { db, decision: refusal ? { kind: "stuck", ...refusal } : decisions.get(db.database)! };
  });
  const cancellations = decideCancellations(state);
  return {
    commit: null,
    dispatches: decideDispatches(state),
    cancellations: cancellations.map(({ run, why }) => ({ run: run.facts.id, attempt: run.facts.attempt, why })),
    stickyComments: renderStickyComments(state, shown),
    notes: renderNotes(state, cancellations),
    refusals: collectRefusals(state, cancellations),
  };
}

import type { PermitDecision } from "./permit-decision.ts";
import type { JudgedPermit } from "../../../../src/permit/judge-permit.ts";
import type { Permit } from "../../../../src/permit/permit.ts";
import type { DatabaseRequest } from "../../../../src/request/request.ts";
import type { DatabaseState, MainState, RunState } from "../main-state.ts";
import { decideRebuild } from "./decide-rebuild.ts";
import { endedInVain } from "./ended-in-vain.ts";
import { decideWork } from "./decide-work.ts";
import { judgeOrigin } from "./judge-origin.ts";
import { makePermit } from "./make-permit.ts";
import { findDueRefresh } from "./refresh-due.ts";
import { findManualRuns, judgeManualRun } from "./manual-runs.ts";
import { runsInFlight, runsOfExpired } from "./runs-in-flight.ts";

/**
 * Decides whether a database's request on main needs a permit now, and may have it. `key` is the id of the settings' newest
 * key if that is the bot's own; with null, existing signatures are kept.
 */
export function decidePermit(state: MainState, db: DatabaseState, key: string | null): PermitDecision {
  const { verdict, request, source } = db;
  if (request === null || source === null || !db.lockValid) {
    const why = db.problem ?? "The request names no source that the settings have.";
    return verdict.covers ? { kind: "keep" } : { kind: "refuse", why, fix: "Fix it in a pull request." };
  }
  if (verdict.covers && verdict.kind === "open") return decideNewSignature(state, db, { verdict, key });
  if (runsOfExpired(state, db).length > 0) return { kind: "keep" };
  const run = findManualRuns(state, db).find((candidate) => judgeManualRun(candidate, db, state).ok);
  if (run !== undefined && (verdict.covers || !isReviewed(state, db)))
    return { kind: "sign", permit: permitManualRun(state, db, { run, request }) };
  if (!verdict.covers) return decideReview(state, db, request);
  return decideRepeat(state, { ...db, request }, { verdict, key });
}

interface Signing {
  verdict: JudgedPermit;
  key: string | null;
}

/** After a key change, open permits are signed again, but not while a run that has read the old permit is in flight. */
function decideNewSignature(state: MainState, db: DatabaseState, { verdict, key }: Signing): PermitDecision {
  const stale = key !== null && verdict.key !== key && runsInFlight(state, db.database).length === 0;
  return stale ? { kind: "sign", permit: verdict.permit } : { kind: "keep" };
}

function isReviewed(state: MainState, db: DatabaseState): boolean {
  return judgeReviewOf(state, db)?.ok === true;
}

function judgeReviewOf(state: MainState, db: DatabaseState) {
  const source = db.source === null ? undefined : state.settings.sources[db.source];
  if (db.origin === null || source === undefined || db.people === null) return null;
  const { appId } = state;
  return judgeOrigin({ origin: db.origin, appId, required: source.dba.required, approvers: db.people.dba });
}

function decideReview(state: MainState, db: DatabaseState, request: DatabaseRequest): PermitDecision {
  const verdict = judgeReviewOf(state, db);
  if (verdict === null) return { kind: "keep" };
  if (!verdict.ok) return { kind: "refuse", why: verdict.why, fix: verdict.fix };
  const work = decideWork(db, request, state.settings);
  return { kind: "sign", permit: makePermit(state, db, { work, cause: "review", evidence: verdict.evidence }) };
}

/** A run by hand asks to retry a permit that failed or expired, otherwise for fresh data. */
function permitManualRun(
  state: MainState,
  db: DatabaseState,
  { run, request }: { run: RunState; request: DatabaseRequest },
): Permit {
  const { facts, reason } = run;
  const who = facts.triggeringActor!;
  const evidence = {
    run: facts.id,
    attempt: String(facts.attempt),
    user: who.id,
    login: who.login,
    reason: reason === "" ? "none given" : reason,
  };
  const { verdict } = db;
  if (verdict.covers && endedInVain(verdict)) {
    const wanted = decideWork(db, request, state.settings);
    const work = wanted === "apply" ? "export" : wanted;
    return makePermit(state, db, { work, cause: "retry", evidence: { ...evidence, previous: verdict.digest } });
  }
  return makePermit(state, db, { work: "export", cause: "reseed", evidence });
}

/** Permits that need no new review: a refresh on the request's own schedule, or a rebuild for a base changed in the settings. */
function decideRepeat(
  state: MainState,
  db: DatabaseState & { request: DatabaseRequest },
  { verdict, key }: Signing,
): PermitDecision {
  const { refresh } = db.request.source_database;
  const repeats = verdict.kind !== "expired" || verdict.permit.cause === "refresh";
  if (refresh !== undefined && repeats && db.lock.generation > 0) {
    const events = [db.lock.last_attempt?.at, verdict.permit.signed_at].map((at) => Date.parse(at ?? "") || 0);
    const due = findDueRefresh(refresh, { since: Math.max(...events), now: state.now });
    const evidence = { schedule: refresh.schedule, due: due ?? "", previous: verdict.digest };
    if (due !== null)
      return { kind: "sign", permit: makePermit(state, db, { work: "export", cause: "refresh", evidence }) };
  }
  const rebuild = decideRebuild(state, db, verdict);
  if (rebuild.kind !== "keep" || verdict.kind !== "applied") return rebuild;
  return decideNewSignature(state, db, { verdict, key });
}

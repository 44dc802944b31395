import type { Account } from "../../reviews/people.ts";
import type { DatabaseState, MainState, RunState } from "../main-state.ts";
import { runsInFlight, runsOfExpired } from "./runs-in-flight.ts";

/** Runs that a person started while there was no open permit: each asks for one. */
export function findManualRuns(state: MainState, db: DatabaseState): RunState[] {
  if (db.verdict.kind === "open" && db.verdict.covers) return [];
  const served = runsOfExpired(state, db);
  return runsInFlight(state, db.database).filter(
    (run) => isManual(run, state) && !served.includes(run) && !isServed(run, db),
  );
}

/** Whether a person, not the bot, started this attempt; a re-run counts for whoever started the re-run. */
export function isManual({ facts }: RunState, { botLogin }: MainState): boolean {
  return facts.triggeringActor?.login !== botLogin;
}

/** A run that already existed when the last permit was used does not ask for another one. */
function isServed({ facts }: RunState, { verdict, lock }: DatabaseState): boolean {
  const evidence = verdict.permit?.evidence;
  if (evidence && "run" in evidence && evidence.run === facts.id && evidence.attempt === String(facts.attempt))
    return true;
  const used = lock.last_attempt?.at;
  // Within the same second the order is unknown; then it is better to serve a request twice than not at all.
  return used !== undefined && Date.parse(facts.startedAt) < Date.parse(used);
}

export type ManualRunVerdict = { ok: true } | { ok: false; why: string };

/** Why a run is cancelled if its title does not clearly name one database. */
export const AMBIGUOUS =
  "its title could also be that of another database: enter the exact name, and a reason of at most 150 characters without a colon before a space";

/** Whether the person who started a run may get a permit for the files on main. */
export function judgeManualRun(run: RunState, db: DatabaseState, state: MainState): ManualRunVerdict {
  const who = run.facts.triggeringActor;
  if (run.verdict.kind !== "running" || !run.verdict.trusted)
    return no(run.verdict.kind === "running" ? run.verdict.why : "it is not running");
  if (who === null) return no("GitHub does not report who started it");
  if (!run.exact) return no(AMBIGUOUS);
  if (db.request === null || db.source === null || !db.lockValid)
    return no(`the request on main cannot be used: ${db.problem ?? "its source is unknown"}`);
  if (state.settings.sources[db.source]?.stopped) return no(`the DBAs have stopped the source ${db.source}`);
  const { dba, reseed } = db.people ?? { dba: [], reseed: [] };
  const among = (people: { id: string }[]): boolean => people.some(({ id }) => id === who.id);
  if (!among(dba) && !among(reseed))
    return no(`@${who.login} is not among the people who may reseed from ${db.source}`);
  const [working] = runsOfExpired(state, db);
  if (working !== undefined)
    return no(
      `run ${working.facts.id} started before the permit expired and still works: start another one after its end`,
    );
  return isPermitted(db) ? { ok: true } : judgeUnpermitted(who, db);
}

/** Files that no permit covers may have been read by nobody: who starts a run for them approves them. */
function judgeUnpermitted(who: Account, db: DatabaseState): ManualRunVerdict {
  if (!db.people?.dba.some(({ id }) => id === who.id))
    return no(
      "the files on main have no permit yet: only a DBA of the source who neither wrote nor pushed them may start a run",
    );
  if (db.contributors === null || db.contributors.includes(null))
    return no("the files on main have no permit yet, and GitHub cannot tell who wrote and pushed them");
  return db.contributors.some((person) => person?.id === who.id)
    ? no(`the files on main have no permit yet, and @${who.login} wrote or pushed them`)
    : { ok: true };
}

/** Whether the bytes on main are covered by a permit, the current one or an earlier one. */
function isPermitted({ verdict, permittedBefore }: DatabaseState): boolean {
  return permittedBefore || verdict.covers;
}

function no(why: string): ManualRunVerdict {
  return { ok: false, why };
}

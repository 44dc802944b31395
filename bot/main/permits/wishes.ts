import type { DatabaseState, MainState, RunState } from "../main-state.ts";

/** Runs of this database that have not ended, of any trigger. */
export function runsInFlight(state: MainState, database: string): RunState[] {
  return state.runs.filter((run) => run.verdict.kind === "running" && run.database === database);
}

/** Runs that a person started while no permit was open for them: each is a wish for one. */
export function findWishes(state: MainState, db: DatabaseState): RunState[] {
  if (db.standing.kind === "open" && db.standing.covers) return [];
  return runsInFlight(state, db.database).filter((run) => isPersons(run, state) && !isServed(run, db));
}

/** Whether a person started this attempt: on a re-run that is not the one who started the run first. */
export function isPersons({ facts }: RunState, { botLogin }: MainState): boolean {
  return facts.triggeringActor?.login !== botLogin;
}

/** A run that was there when the last permit was used had that permit: it asks for no other. */
function isServed({ facts }: RunState, { standing, lock }: DatabaseState): boolean {
  if (standing.kind !== "none" && standing.kind !== "broken") {
    const { evidence } = standing.permit;
    if ("run" in evidence && evidence.run === facts.id && evidence.attempt === String(facts.attempt)) return true;
  }
  const used = lock.last_attempt?.at;
  // In the same second nobody can tell: a person who asked is better served twice than not at all.
  return used !== undefined && Date.parse(facts.startedAt) < Date.parse(used);
}

export type WishVerdict = { ok: true } | { ok: false; why: string };

/** Whether the person behind a run may have a permit for what main holds. */
export function judgeWish(run: RunState, db: DatabaseState, state: MainState): WishVerdict {
  const who = run.facts.triggeringActor;
  if (run.verdict.kind !== "running" || !run.verdict.trusted)
    return no(run.verdict.kind === "running" ? run.verdict.why : "it does not run");
  if (who === null) return no("GitHub does not say who started it");
  if (db.request === null || db.source === null || !db.lockSound)
    return no(`the request on main cannot be seeded: ${db.problem ?? "its source is unknown"}`);
  if (state.settings.sources[db.source]?.stopped) return no(`the DBAs have stopped the source ${db.source}`);
  const { dba, reseed } = db.people ?? { dba: [], reseed: [] };
  const among = (people: { id: string }[]): boolean => people.some(({ id }) => id === who.id);
  if (!among(dba) && !among(reseed))
    return no(`@${who.login} is not among the people who may reseed from ${db.source}`);
  if (isPermitted(db)) return { ok: true };
  if (!among(dba))
    return no(
      "nobody has permitted the files on main yet: only a DBA of the source may, who neither wrote nor pushed them",
    );
  if (db.hands === null || db.hands.includes(null))
    return no("nobody has permitted the files on main yet, and GitHub cannot say who wrote and pushed them");
  return db.hands.some((hand) => hand?.id === who.id)
    ? no(`nobody has permitted the files on main yet, and @${who.login} wrote or pushed them`)
    : { ok: true };
}

/** Whether the bytes on main are those of a permit, the one that stands or an earlier one. */
function isPermitted({ standing, permittedBefore }: DatabaseState): boolean {
  if (permittedBefore) return true;
  return standing.kind !== "none" && standing.kind !== "broken" && standing.covers;
}

function no(why: string): WishVerdict {
  return { ok: false, why };
}

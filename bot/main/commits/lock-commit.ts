import { folderOf } from "../../../src/layout/database-folder.ts";
import { emptyLock, lockAfterFailure, lockAfterSeed } from "../../../src/lock/advance-lock.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import { renderLock } from "../../../src/lock/render-lock.ts";
import type { DatabaseRequest } from "../../../src/request/request.ts";
import type { DatabaseState, MainCommit, MainState, RunState } from "../main-state.ts";
import { formatTime } from "../permits/make-permit.ts";
import { changeManifests } from "./render-change.ts";

type Requested = DatabaseState & { request: DatabaseRequest };

/** One commit with the locks of all databases for which a run left a valid result; null if there are none. */
export function makeLockCommit(state: MainState): MainCommit | null {
  const changes = state.databases.flatMap((db) => {
    const run = findFirstResult(state, db.database);
    return run === null || db.request === null ? [] : [changeLock(state, { ...db, request: db.request }, run)];
  });
  if (changes.length === 0) return null;
  const titles = changes.map(({ title }) => title);
  return {
    message: titles.length === 1 ? titles[0]! : `Locks of ${titles.length} databases\n\n${titles.join("\n")}`,
    write: changes.flatMap(({ write }) => write),
    remove: changes.flatMap(({ remove }) => remove),
  };
}

/** The first valid result of a permit counts; later ones are ignored. */
function findFirstResult(state: MainState, database: string): RunState | null {
  const found = state.runs.find(
    ({ database: name, verdict }) => name === database && (verdict.kind === "seeded" || verdict.kind === "failed"),
  );
  return found ?? null;
}

function changeLock(state: MainState, db: Requested, run: RunState) {
  const { lock, title } = advance(state, db, run);
  const { write, remove } = changeManifests(state, db, lock);
  const file = { path: folderOf(db.database).lock, text: renderLock(lock) };
  return { title, write: [file, ...write], remove };
}

function advance(state: MainState, db: Requested, { verdict }: RunState): { lock: Lock; title: string } {
  const { standing, database } = db;
  const before = db.lock.generation === 0 && db.lock.last_attempt === undefined ? emptyLock(database) : db.lock;
  const approval = standing.kind === "none" || standing.kind === "broken" ? null : standing.digest;
  const at = formatTime(state.now);
  if (verdict.kind === "failed") {
    const { result } = verdict;
    // The code was written by a runner: it must not be able to form a trailer in the commit message.
    const code = result.code.replace(/[^\w.-]+/g, " ").slice(0, 60);
    const title = `Seed of ${database} failed: generation ${result.generation}, ${code}`;
    return { lock: lockAfterFailure(before, { result, approval, at }), title };
  }
  if (verdict.kind !== "seeded") throw new Error("only a result advances a lock");
  const { result } = verdict;
  const repository = `${state.settings.registries.seeds.repository}/${database}`;
  const title = `Seed ${database}: generation ${result.generation}, run ${result.run}`;
  return { lock: lockAfterSeed(before, { result, approval, at, repository }), title };
}

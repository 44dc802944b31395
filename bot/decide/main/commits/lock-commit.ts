import { folderOf } from "../../../../src/layout/database-folder.ts";
import { lockAfterFailure, lockAfterSeed } from "../../../../src/lock/advance-lock.ts";
import type { Lock } from "../../../../src/lock/lock.ts";
import { volumeOf } from "../../../../src/manifests/volume.ts";
import { renderLock } from "../../../../src/lock/render-lock.ts";
import type { DatabaseRequest } from "../../../../src/request/request.ts";
import type { DatabaseState, MainState, RunState } from "../main-state.ts";
import { formatTime } from "../permits/make-permit.ts";
import type { Change } from "./join-changes.ts";
import { changeManifests } from "./render-change.ts";

type Requested = DatabaseState & { request: DatabaseRequest };

/** The lock of a database for which a run left a valid result, with its manifests; null if there is no such result. */
export function changeLock(state: MainState, db: DatabaseState): Change | null {
  const run = findFirstResult(state, db.database);
  if (run === null || db.request === null) return null;
  const { lock, title } = advance(state, { ...db, request: db.request }, run);
  const { write, remove } = changeManifests(state, { ...db, request: db.request }, lock);
  const file = { path: folderOf(db.database).lock, text: renderLock(lock) };
  return { database: db.database, title, write: [file, ...write], remove };
}

/** The first valid result of a permit counts; later ones are ignored. */
function findFirstResult(state: MainState, database: string): RunState | null {
  const found = state.runs.find(
    ({ database: name, verdict }) => name === database && (verdict.kind === "seeded" || verdict.kind === "failed"),
  );
  return found ?? null;
}

function advance(state: MainState, db: Requested, { verdict }: RunState): { lock: Lock; title: string } {
  const { database, lock: before } = db;
  const approval = db.verdict.digest;
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
  const volume = volumeOf({ ...db, settings: state.settings });
  return { lock: lockAfterSeed(before, { result, approval, at, repository, volume }), title };
}

import type { Lock } from "../../../../src/lock/lock.ts";
import { renderLock } from "../../../../src/lock/render-lock.ts";
import { volumeOf } from "../../../../src/manifests/volume.ts";
import type { DatabaseRequest } from "../../../../src/request/request.ts";
import type { Permit } from "../../../../src/permit/permit.ts";
import { type SigningKey, signApproval } from "../../../../src/permit/sign-approval.ts";
import { folderOf } from "../../../../src/layout/database-folder.ts";
import { describeCause } from "../../../../src/permit/describe-cause.ts";
import type { DatabaseState, MainState } from "../main-state.ts";
import type { PermitDecision } from "../permits/permit-decision.ts";
import type { Change } from "./join-changes.ts";
import { changeManifests } from "./render-change.ts";

type Requested = DatabaseState & { request: DatabaseRequest };

export interface Decided {
  db: DatabaseState;
  decision: PermitDecision;
}

/** A signed permit and the manifests of its database. */
export function changeApproval(
  state: MainState,
  db: DatabaseState,
  { permit, key }: { permit: Permit; key: SigningKey },
): Change {
  const { database, request } = db;
  const text = signApproval(permit, key).toString("utf8");
  const file = { path: folderOf(database).approval, text };
  const { write, remove } = request === null ? { write: [], remove: [] } : changeGranted(state, { ...db, request });
  const title = `Permit ${database}: ${permit.work}, generation ${permit.generation}, ${describeCause(permit)}`;
  return { database, title, write: [file, ...write], remove };
}

/** The manifests, and the lock where the volume grows: nothing else would record that before the next seed. */
function changeGranted(state: MainState, db: Requested): Pick<Change, "write" | "remove"> {
  const { lock } = db;
  const manifests = changeManifests(state, db, lock);
  if (lock.image === undefined) return manifests;
  const grown: Lock = { ...lock, volume: volumeOf({ ...db, settings: state.settings }) };
  const [before, after] = [lock, grown].map(renderLock);
  if (before === after) return manifests;
  return { ...manifests, write: [{ path: folderOf(db.database).lock, text: after! }, ...manifests.write] };
}

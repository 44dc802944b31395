import type { Permit } from "../../../../src/permit/permit.ts";
import { type SigningKey, signApproval } from "../../../../src/permit/sign-approval.ts";
import { folderOf } from "../../../../src/layout/database-folder.ts";
import { describeCause } from "../../../../src/permit/describe-cause.ts";
import type { DatabaseState, MainState } from "../main-state.ts";
import type { PermitDecision } from "../permits/permit-decision.ts";
import type { Change } from "./join-changes.ts";
import { changeManifests } from "./render-change.ts";

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
  const { database, request, lock } = db;
  const text = signApproval(permit, key).toString("utf8");
  const file = { path: folderOf(database).approval, text };
  const { write, remove } =
    request === null ? { write: [], remove: [] } : changeManifests(state, { ...db, request }, lock);
  const title = `Permit ${database}: ${permit.work}, generation ${permit.generation}, ${describeCause(permit)}`;
  return { database, title, write: [file, ...write], remove };
}

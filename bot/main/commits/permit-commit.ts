import type { Permit } from "../../../src/approval/permit.ts";
import { type SigningKey, signApproval } from "../../../src/approval/sign-approval.ts";
import { folderOf } from "../../../src/layout/database-folder.ts";
import { describeCause } from "../../../src/approval/describe-cause.ts";
import type { DatabaseState, MainCommit, MainState } from "../main-state.ts";
import type { PermitDecision } from "../permits/decide-permit.ts";
import { changeManifests } from "./render-change.ts";

export interface Decided {
  db: DatabaseState;
  decision: PermitDecision;
}

/** One commit with all permits that are due and the manifests of their databases; null if there are none. */
export function makePermitCommit(state: MainState, decided: readonly Decided[], key: SigningKey): MainCommit | null {
  const changes = decided.flatMap(({ db, decision }) =>
    decision.kind === "sign" ? [changeApproval(state, db, { permit: decision.permit, key })] : [],
  );
  if (changes.length === 0) return null;
  const titles = changes.map(({ title }) => title);
  return {
    message: titles.length === 1 ? titles[0]! : `Permits for ${titles.length} databases\n\n${titles.join("\n")}`,
    write: changes.flatMap(({ write }) => write),
    remove: changes.flatMap(({ remove }) => remove),
  };
}

function changeApproval(state: MainState, db: DatabaseState, { permit, key }: { permit: Permit; key: SigningKey }) {
  const { database, request, lock } = db;
  const text = signApproval(permit, key).toString("utf8");
  const file = { path: folderOf(database).approval, text };
  const { write, remove } =
    request === null ? { write: [], remove: [] } : changeManifests(state, { ...db, request }, lock);
  const title = `Permit ${database}: ${permit.work}, generation ${permit.generation}, ${describeCause(permit)}`;
  return { title, write: [file, ...write], remove };
}

import { RENDERER_VERSION } from "../../../../src/use-cases/render.ts";
import type { DatabaseState, MainState } from "../main-state.ts";
import type { Change } from "./join-changes.ts";
import { changeManifests } from "./render-change.ts";

/**
 * The manifests of a permitted request that differ from what is rendered from main: the settings changed, or somebody bypassed
 * the ruleset and edited them. Manifests of another renderer version are left until the next change of the database, so that
 * two versions of the bot never overwrite each other.
 */
export function changeRendered(state: MainState, db: DatabaseState): Change | null {
  const { database, request, verdict, lock, lockValid, renderer } = db;
  if (request === null || !lockValid) return null;
  if (!verdict.covers || (renderer !== null && renderer !== RENDERER_VERSION)) return null;
  const { write, remove } = changeManifests(state, { ...db, request }, lock);
  return write.length + remove.length === 0 ? null : { database, title: `Render ${database}`, write, remove };
}

import type { Lock } from "../../../../src/lock/lock.ts";
import type { DatabaseRequest } from "../../../../src/request/request.ts";
import { renderDatabase } from "../../../../src/use-cases/render.ts";
import { blobId } from "../../gate/blob-id.ts";
import type { DatabaseState, MainState } from "../main-state.ts";
import { isOurPath } from "./our-path.ts";
import type { Change } from "./join-changes.ts";

/** The changes that make a database's manifests on main match its request and this lock. */
export function changeManifests(
  state: MainState,
  db: DatabaseState & { request: DatabaseRequest },
  lock: Lock,
): Pick<Change, "write" | "remove"> {
  const { database, request, files, manifests } = db;
  const there = new Map(manifests.map(({ path, blob }) => [path, blob]));
  const wanted = renderDatabase({ database, request, files, lock, settings: state.settings });
  const paths = new Set(wanted.map(({ path }) => path));
  return {
    write: wanted
      .filter(({ path, text }) => there.get(path) !== blobId(text, state.head))
      .map(({ path, text }) => ({ path, text })),
    remove: [...there.keys()].filter((path) => !paths.has(path) && isOurPath(path)),
  };
}

/** Files among the manifests that the bot may not remove, because their names are not ones that Seedbed renders. */
export function findForeignManifests({ manifests }: DatabaseState): string[] {
  return manifests.map(({ path }) => path).filter((path) => !isOurPath(path));
}

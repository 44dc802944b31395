import { listFolders } from "../../../src/database/list-folders.ts";
import { folderOf } from "../../../src/layout/database-folder.ts";
import { MARKER } from "../../../src/layout/repository.ts";
import type { MainState } from "../../decide/main/main-state.ts";
import type { HubTree } from "../../hub/git.ts";

/** Whether main has the bundle that keeps Fleet from finding nothing at all. */
export async function readMarker(tree: HubTree): Promise<boolean> {
  return (await tree.entries(MARKER.fleet)).length > 0;
}

/** Folders of main that have manifests and no request. */
export async function readLeftovers(tree: HubTree): Promise<MainState["leftovers"]> {
  const { retired } = await listFolders(tree);
  return Promise.all(
    retired.map(async (database) => {
      const entries = await tree.entries(folderOf(database).manifests);
      return { database, paths: entries.map(({ path }) => path) };
    }),
  );
}

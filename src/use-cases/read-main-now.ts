import { listFolders } from "../database/list-folders.ts";
import { readFolder } from "../database/read-folder.ts";
import { readSettings } from "../database/read-settings.ts";
import type { MainNow } from "../door/main-now.ts";
import type { MainReader } from "../ports/main-reader.ts";

/** Everything about main that a run of one database depends on, as it is now. */
export async function readMainNow(reader: MainReader, database: string): Promise<MainNow> {
  const { tree, ...commit } = await reader.read();
  const folders = await listFolders(tree);
  return { ...commit, folders, settings: await readSettings(tree), folder: await readFolder(tree, database) };
}

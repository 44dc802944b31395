import { judgeFolder } from "../database/judge-folder.ts";
import { listFolders, namesOf } from "../database/list-folders.ts";
import { lockOf, readFolder } from "../database/read-folder.ts";
import { readSettings } from "../database/read-settings.ts";
import type { Tree } from "../ports/tree.ts";
import type { Settings } from "../settings/settings.ts";
import { compareFiles, readManifestFiles, renderDatabase } from "./render.ts";

/** Those of some databases whose manifests in a tree are exactly what its requests, locks and settings render to. */
export async function listRendered(tree: Tree, databases: ReadonlySet<string>): Promise<Set<string>> {
  const { settings } = await readSettings(tree);
  if (settings === undefined || settings === "broken") return new Set();
  const names = namesOf(await listFolders(tree));
  const found = new Set<string>();
  for (const database of databases) if (await isRendered(tree, { database, settings, names })) found.add(database);
  return found;
}

interface Wanted {
  database: string;
  settings: Settings;
  names: string[];
}

async function isRendered(tree: Tree, { database, settings, names }: Wanted): Promise<boolean> {
  const content = await readFolder(tree, database);
  const { request } = judgeFolder(content, { settings, names });
  // Without a request that holds, only nothing is right.
  const wanted =
    request === null
      ? []
      : renderDatabase({ database, request, files: content.files, lock: lockOf(content), settings });
  const { write, remove } = compareFiles(await readManifestFiles(tree, database), wanted);
  return write.length + remove.length === 0;
}

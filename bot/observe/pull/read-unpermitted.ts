import { differingFiles } from "../../../src/permit/differing-files.ts";
import { listRequestDigests } from "../../../src/digests/request-files.ts";
import { folderOf } from "../../../src/database/database-folder.ts";
import { isRequested } from "../../../src/database/judge-folder.ts";
import { lockOf, readFolder } from "../../../src/database/read-folder.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { HubTree } from "../../hub/hub.ts";
import { judgeStanding } from "../../decide/main/permits/standing.ts";

export interface UnpermittedOrder {
  databases: readonly string[];
  settings: Settings | null;
  repositoryId: string;
  now: number;
}

/** Paths of the hand-written files on main that the last permit of their database does not cover as they are now. */
export async function readUnpermitted(main: HubTree, order: UnpermittedOrder): Promise<string[]> {
  const found: string[] = [];
  for (const database of order.databases) found.push(...(await readOf(main, database, order)));
  return found;
}

async function readOf(main: HubTree, database: string, order: UnpermittedOrder): Promise<string[]> {
  const { settings, repositoryId, now } = order;
  const folder = folderOf(database);
  const content = await readFolder(main, database);
  const { files, approval } = content;
  // What nobody can read has a problem of its own.
  if (settings === null || content.unreadable.length > 0 || !isRequested(content)) return [];
  const lock = lockOf(content);
  const standing = judgeStanding({ approval, files, source: null, lock, settings, repositoryId, now });
  const permitted = standing.kind === "none" || standing.kind === "broken" ? {} : standing.permit.request;
  return differingFiles(permitted, listRequestDigests(files)).map((path) => folder.at(path));
}

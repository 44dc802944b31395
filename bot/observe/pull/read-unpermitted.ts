import { differingFiles } from "../../../src/permit/differing-files.ts";
import { listRequestDigests } from "../../../src/digests/request-files.ts";
import { folderOf } from "../../../src/layout/database-folder.ts";
import { judgePermit } from "../../../src/permit/judge-permit.ts";
import { isRequested } from "../../../src/database/judge-folder.ts";
import { lockOf, readFolder } from "../../../src/database/read-folder.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { HubTree } from "../../hub/git.ts";

export interface UnpermittedQuestion {
  databases: readonly string[];
  settings: Settings | null;
  repositoryId: string;
  now: number;
}

/** Paths of the hand-written files on main that the last permit of their database does not cover as they are now. */
export async function readUnpermitted(main: HubTree, question: UnpermittedQuestion): Promise<string[]> {
  const found: string[] = [];
  for (const database of question.databases) found.push(...(await readOf(main, database, question)));
  return found;
}

async function readOf(main: HubTree, database: string, question: UnpermittedQuestion): Promise<string[]> {
  const { settings, repositoryId, now } = question;
  const folder = folderOf(database);
  const content = await readFolder(main, database);
  const { files, approval } = content;
  // What nobody can read has a problem of its own.
  if (settings === null || content.unreadable.length > 0 || !isRequested(content)) return [];
  const lock = lockOf(content);
  const { keys } = settings.approval;
  const { permit } = judgePermit({ approval, keys, files, source: null, lock, repositoryId, now });
  return differingFiles(permit?.request ?? {}, listRequestDigests(files)).map((path) => folder.at(path));
}

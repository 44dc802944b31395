import { differingFiles } from "../../../src/permit/differing-files.ts";
import { listRequestDigests } from "../../../src/digests/request-files.ts";
import { folderOf } from "../../../src/layout/database-folder.ts";
import { judgePermit } from "../../../src/permit/judge-permit.ts";
import { emptyLock } from "../../../src/lock/advance-lock.ts";
import { parseLock } from "../../../src/lock/parse-lock.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { readRequestFiles } from "../../../src/use-cases/load.ts";
import type { HubTree } from "../../hub/git.ts";
import { readOr } from "../main/unreadable.ts";

export interface UnpermittedQuestion {
  databases: readonly string[];
  settings: Settings | null;
  repositoryId: string;
  now: number;
}

/** Paths of the hand-written files on main that the last permit of their database does not cover as they are now. */
export async function readUnpermitted(main: HubTree, question: UnpermittedQuestion): Promise<string[]> {
  const found: string[] = [];
  for (const database of question.databases) found.push(...(await readOr(readOf(main, database, question), [])));
  return found;
}

async function readOf(main: HubTree, database: string, question: UnpermittedQuestion): Promise<string[]> {
  const { settings, repositoryId, now } = question;
  const folder = folderOf(database);
  const files = await readRequestFiles(main, database);
  if (settings === null || Object.keys(files.files).length === 0) return [];
  const parsed = parseLock((await main.read(folder.lock)) ?? "", folder.lock);
  const lock = parsed.ok ? parsed.value : emptyLock(database);
  const approval = await main.read(folder.approval);
  const { keys } = settings.approval;
  const { permit } = judgePermit({ approval, keys, files, source: null, lock, repositoryId, now });
  return differingFiles(permit?.request ?? {}, listRequestDigests(files)).map((path) => folder.at(path));
}

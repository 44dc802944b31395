import { listFolders } from "../database/list-folders.ts";
import { readFolder } from "../database/read-folder.ts";
import { listRequestDigests } from "../digests/request-files.ts";
import { folderOf, isGenerated } from "../layout/database-folder.ts";
import { differingFiles } from "../permit/differing-files.ts";
import type { History } from "../ports/history.ts";
import type { Problem } from "../problem/problem.ts";
import type { MainLine } from "./read-main-line.ts";

/** A warning for each request on main that no permit ever covered as it is now. */
export async function findNeverPermitted(
  history: History,
  { changes, permits, governed }: MainLine,
): Promise<Problem[]> {
  const last = changes.at(-1);
  if (last === undefined || !governed) return [];
  const tree = history.treeAt(last.commit);
  const found: Problem[] = [];
  for (const database of (await listFolders(tree)).requests) {
    const { files, unreadable } = await readFolder(tree, database);
    const own = permits.filter((permit) => permit.database === database);
    const digests = listRequestDigests(files);
    const isCovered = own.some(({ request }) => differingFiles(request, digests).length === 0);
    // A file that cannot be read is in no digest, and a permit covers none.
    if (!isCovered || unreadable.some(({ below }) => !isGenerated(below))) found.push(neverPermitted(database));
  }
  return found;
}

function neverPermitted(database: string): Problem {
  const { request, path } = folderOf(database);
  return {
    severity: "warning",
    code: "never-permitted",
    path: request,
    line: 1,
    column: 1,
    what: "no permit ever covered this request as it is on main",
    why: "it came there without a review that counts, or the bot has not signed its permit yet",
    fix: `look at the bot's comment on its pull request, and at git log --first-parent -- ${path}`,
    docs: "docs/reference/verify.md#never-permitted",
  };
}

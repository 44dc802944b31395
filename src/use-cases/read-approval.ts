import { folderOf } from "../layout/database-folder.ts";
import { UnreadableFile } from "../database/unreadable-file.ts";
import type { ApprovalFile } from "../permit/read-permit.ts";
import type { Tree } from "../ports/tree.ts";

/** What stands at a database's approval.yaml, to be judged with the permit: only a failed read is an error. */
export async function readApproval(tree: Tree, database: string): Promise<ApprovalFile> {
  try {
    return await tree.read(folderOf(database).approval);
  } catch (error) {
    if (error instanceof UnreadableFile) return { unreadable: error.code };
    throw error;
  }
}

import { readFolder } from "../database/read-folder.ts";
import { readSettings } from "../database/read-settings.ts";
import { databaseFileOf, NAMES } from "../layout/database-folder.ts";
import { ENVIRONMENTS, SETTINGS_PATH } from "../layout/repository.ts";
import { type FileEntry, listChangedPaths } from "../merge/list-changed-paths.ts";
import { type ApprovalKeys, parseApproval } from "../permit/parse-approval.ts";
import type { Permit } from "../permit/permit.ts";
import type { CommitFacts, MergeHistory } from "../ports/history.ts";
import type { Tree } from "../ports/tree.ts";

/** A commit of main that changed something below `environments/` or `.github/`. */
export interface MainChange extends CommitFacts {
  /** Paths there that differ from the commit before. */
  changed: string[];
  /** Whether the settings had a key before, once at least: from then on main is the bot's to watch. */
  governed: boolean;
}

export interface MainLine {
  /** Oldest first. */
  changes: MainChange[];
  /** Every permit that ever stood on main, signed by a key of the settings of its time. */
  permits: Permit[];
  /** Whether the settings had a key, once at least. */
  governed: boolean;
}

/** Reads main from its first commit to its last. */
export async function readMainLine(history: MergeHistory): Promise<MainLine> {
  const facts = await history.describe(await history.commitsThatChanged(ENVIRONMENTS, ".github"));
  const line: MainLine = { changes: [], permits: [], governed: false };
  let before: FileEntry[] = [];
  let keys: ApprovalKeys = [];
  for (const one of facts) {
    const after = await history.filesAt(one.commit);
    const changed = listChangedPaths(before, after);
    const tree = history.treeAt(one.commit);
    line.changes.push({ ...one, changed, governed: line.governed });
    const own = changed.includes(SETTINGS_PATH) ? await readKeys(tree) : keys;
    // As for locks: a commit is judged by the keys before it.
    line.permits.push(...(await readPermits(tree, changed, keys.length > 0 ? keys : own)));
    line.governed ||= own.length > 0;
    [before, keys] = [after, own];
  }
  return line;
}

async function readKeys(tree: Tree): Promise<ApprovalKeys> {
  const { settings } = await readSettings(tree);
  return settings === undefined || settings === "broken" ? [] : settings.approval.keys;
}

/** The permits that a commit brought. */
async function readPermits(tree: Tree, changed: readonly string[], keys: ApprovalKeys): Promise<Permit[]> {
  const files = changed.map(databaseFileOf);
  const names = new Set(files.flatMap((file) => (file?.below === NAMES.approval ? [file.database] : [])));
  const found: Permit[] = [];
  for (const database of names) {
    const { approval } = await readFolder(tree, database);
    const verified = typeof approval === "string" ? parseApproval(Buffer.from(approval), keys) : null;
    if (verified?.ok === true && verified.permit.database === database) found.push(verified.permit);
  }
  return found;
}

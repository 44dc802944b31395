import type { ApprovalFile } from "../permit/read-permit.ts";
import type { Lock } from "../lock/lock.ts";
import { emptyLock } from "../lock/advance-lock.ts";
import { parseLock } from "../lock/parse-lock.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import type { RequestFiles } from "../request/request.ts";
import { databaseFileOf, type DatabaseFolder, folderOf, isGenerated, NAMES } from "../layout/database-folder.ts";
import { MOST_FILES } from "../layout/limits.ts";
import { showPath } from "../text/unseen.ts";
import { isRegular, refuseMode } from "./file-mode.ts";
import { UnreadableFile } from "./unreadable-file.ts";

/** What a database's folder holds in one tree: everybody who wants to know reads it here. */
export interface FolderContent<Entry extends TreeEntry = TreeEntry> {
  database: string;
  /** The request, its scripts and strays, as far as they can be used. */
  files: RequestFiles;
  /** null where there is none. A lock that says nothing, or of another database, has the reasons. */
  lock: Parsed<Lock> | null;
  approval: ApprovalFile;
  /** Whatever lies below `manifests/`, unread. */
  manifests: Entry[];
  /** Paths that may not be there as they are, in their order. */
  unreadable: UnreadablePath[];
}

/** A path of the folder that nobody may use, because a reviewer did not see what it stands for. */
export interface UnreadablePath {
  /** Below the folder; empty where something has the folder's own name. */
  below: string;
  problem: Problem;
}

/**
 * Reads the folder of a database; what cannot be read is a finding, never an exception. With `request`, what programs wrote is not
 * read: lock and permit of a stranger's commit are nothing that anybody parses.
 */
export async function readFolder<Entry extends TreeEntry>(
  tree: Tree<Entry>,
  database: string,
  what: "all" | "request" = "all",
): Promise<FolderContent<Entry>> {
  const folder = folderOf(database);
  const entries = await tree.entries(folder.path);
  const crowd = refuseCrowd(folder, entries);
  const isRead = ({ path }: TreeEntry) => (isOwn(path) ? crowd === null : what === "all");
  const found = await Promise.all(
    entries.map(async (entry) => (isRead(entry) ? readEntry(tree, folder, entry) : viewEntry(folder, entry))),
  );
  const texts = Object.fromEntries(found.flatMap(({ below, text }) => (text === null ? [] : [[below, text]])));
  const unreadable = found.flatMap(({ below, problem }) => (problem === null ? [] : [{ below, problem }]));
  if (crowd !== null) unreadable.unshift({ below: NAMES.request, problem: crowd });
  const own = Object.entries(texts).filter(([below]) => !isGenerated(below));
  return {
    database,
    files: { database, files: Object.fromEntries(own) },
    lock: lockIn({ database, text: texts[NAMES.lock] ?? null, unreadable }),
    approval: approvalIn(texts[NAMES.approval] ?? null, unreadable),
    manifests: entries.filter(({ path }) => path.startsWith(`${folder.manifests}/`)),
    unreadable,
  };
}

function isOwn(path: string): boolean {
  return databaseFileOf(path)?.generated === false;
}

/** A request of so many files that none of them is read; null for any other. */
function refuseCrowd(folder: DatabaseFolder, entries: readonly TreeEntry[]): Problem | null {
  const files = entries.filter(({ path }) => isOwn(path)).length;
  if (files <= MOST_FILES) return null;
  return {
    severity: "error",
    code: "too-many-files",
    path: showPath(folder.request),
    line: 1,
    column: 1,
    what: `the folder has ${files} files`,
    why: `at most ${MOST_FILES} files of a request are read`,
    fix: "remove those that do not belong to it",
    docs: "docs/reference/database_config.md#the-folder",
  };
}

function approvalIn(text: string | null, unreadable: readonly UnreadablePath[]): ApprovalFile {
  const there = unreadable.find(({ below }) => below === NAMES.approval);
  return there === undefined ? text : { unreadable: there.problem };
}

/** The lock alone; null where there is none. */
export async function readLock(tree: Tree, database: string): Promise<FolderContent["lock"]> {
  const folder = folderOf(database);
  const [entry] = await tree.entries(folder.lock);
  if (entry === undefined) return null;
  const { below, text, problem } = await readEntry(tree, folder, entry);
  return lockIn({ database, text, unreadable: problem === null ? [] : [{ below, problem }] });
}

/** The lock that counts: that of a database which was never seeded where there is none, or none that holds. */
export function lockOf({ database, lock }: Pick<FolderContent, "database" | "lock">): Lock {
  return lock?.ok === true ? lock.value : emptyLock(database);
}

interface ReadEntry {
  below: string;
  text: string | null;
  problem: Problem | null;
}

/** An entry without its text. */
function viewEntry(folder: DatabaseFolder, entry: TreeEntry): ReadEntry {
  const below = entry.path.slice(folder.path.length + 1);
  return { below, text: null, problem: isRegular(entry.mode) ? null : refuseMode(entry) };
}

async function readEntry(tree: Tree, folder: DatabaseFolder, entry: TreeEntry): Promise<ReadEntry> {
  const { path } = entry;
  const below = path.slice(folder.path.length + 1);
  // Manifests are written again by whoever finds others: only what cannot be replaced by a file's bytes is a finding.
  if (path.startsWith(`${folder.manifests}/`) || below === "") return viewEntry(folder, entry);
  const problem = refuseMode(entry);
  if (problem !== null) return { below, text: null, problem };
  try {
    return { below, text: await tree.read(path), problem: null };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { below, text: null, problem: error.problem };
  }
}

function lockIn({
  database,
  text,
  unreadable,
}: Pick<FolderContent, "database" | "unreadable"> & { text: string | null }): FolderContent["lock"] {
  if (text !== null) return parseLock(text, folderOf(database).lock, database);
  const there = unreadable.filter(({ below }) => below === NAMES.lock);
  return there.length === 0 ? null : { ok: false, problems: there.map(({ problem }) => problem) };
}

import { digestOfJson, type Digest } from "../../../src/crypto/digest.ts";
import { databaseFileOf, folderOf } from "../../../src/layout/database-folder.ts";
import type { FileEntry } from "../../../src/merge/list-changed-paths.ts";

/** Digest of the hand-written files of one database, by path, mode and blob; null if there are none. */
export function digestOfRequest(entries: readonly FileEntry[]): Digest | null {
  return digestOfEntries(entries.filter(({ path }) => databaseFileOf(path)?.generated === false));
}

/** Digest of the manifests of a database, by path, mode and blob; null if there are none. */
export function digestOfManifests(database: string, entries: readonly FileEntry[]): Digest | null {
  return digestOfEntries(entries.filter(({ path }) => path.startsWith(`${folderOf(database).manifests}/`)));
}

function digestOfEntries(entries: readonly FileEntry[]): Digest | null {
  const lines = [...new Set(entries.map((entry) => `${entry.path}\0${describeEntry(entry)}`))].toSorted();
  return lines.length === 0 ? null : digestOfJson(lines);
}

/** Mode and blob of a path; null where there is nothing. */
export function describeEntry(entry: FileEntry | undefined): string | null {
  return entry === undefined ? null : `${entry.mode} ${entry.blob}`;
}

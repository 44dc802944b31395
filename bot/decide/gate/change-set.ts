import { digestOfJson, type Digest } from "../../../src/crypto/digest.ts";
import { databaseFileOf, NAMES } from "../../../src/layout/database-folder.ts";
import { type FileEntry, listChangedPaths } from "../../../src/merge/list-changed-paths.ts";
import { describeEntry, digestOfManifests, digestOfRequest } from "./entry-digests.ts";

/** What somebody has to answer for before it is on main: the difference between main and what it would become. */
export interface ChangeSet {
  /** Each request that differs: the digest of all its hand-written files as they would be, null where none is left. */
  requests: Record<string, Digest | null>;
  /** Each path that differs and is in no database's folder, such as workflows: its mode and blob, null where removed. */
  files: Record<string, string | null>;
  /** Each database whose manifests differ: the digest of all of them, null where none is left. */
  manifests: Record<string, Digest | null>;
  /** Locks and permits that differ, by path: only the bot's own commits change those. */
  kept: string[];
}

/** Without a prototype: a folder may be called `__proto__`. */
export function noChanges(): ChangeSet {
  const dictionary = <T>() => Object.create(null) as Record<string, T>;
  return { requests: dictionary(), files: dictionary(), manifests: dictionary(), kept: [] };
}

/** Whether nobody has to answer for anything. */
export function isNothing(changes: ChangeSet): boolean {
  return Object.values(changes).every((part) => Object.keys(part as object).length === 0);
}

/** Compares the entries of environments/ and .github/ of two commits by path, mode and blob. */
export function changesBetween(before: readonly FileEntry[], after: readonly FileEntry[]): ChangeSet {
  const changes = noChanges();
  const byFolder = groupByFolder(after);
  const now = new Map(after.map((entry) => [entry.path, entry]));
  for (const path of listChangedPaths(before, after)) {
    const file = databaseFileOf(path);
    const { below = "", database = "" } = file ?? {};
    const own = byFolder.get(database) ?? [];
    if (file === null) changes.files[path] = describeEntry(now.get(path));
    else if (below.startsWith(`${NAMES.manifests}/`)) changes.manifests[database] ??= digestOfManifests(database, own);
    else if (file.generated) changes.kept.push(path);
    else changes.requests[database] ??= digestOfRequest(own);
  }
  return changes;
}

function groupByFolder(entries: readonly FileEntry[]): Map<string, FileEntry[]> {
  const groups = new Map<string, FileEntry[]>();
  for (const entry of entries) {
    const { database } = databaseFileOf(entry.path) ?? {};
    if (database === undefined) continue;
    const group = groups.get(database) ?? [];
    group.push(entry);
    groups.set(database, group);
  }
  return groups;
}

/** Digest of what people approve: requests and other files. What programs write is compared with what they would write. */
export function digestOfApproved({ requests, files }: Pick<ChangeSet, "requests" | "files">): Digest {
  return digestOfJson({ requests, files });
}

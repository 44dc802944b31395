import { databaseFileOf, NAMES } from "../layout/database-folder.ts";
import { compareText } from "../text/order.ts";
import { type FileEntry, listChangedPaths } from "./list-changed-paths.ts";

/** What a merge makes of main. Every tree is the entries below `environments/` and `.github/` alone. */
export interface MergeTrees {
  /** Main before: the first parent of the result. */
  before: readonly FileEntry[];
  /** Main afterwards. */
  result: readonly FileEntry[];
  /** The pull request's last commit, which was checked and reviewed. */
  head: readonly FileEntry[];
  /** Paths that the pull request showed as changed: `listShownPaths`. */
  shown: ReadonlySet<string>;
  /** Databases whose manifests are, in the result, what the result renders to: then it does not matter where they come from. */
  rendered: ReadonlySet<string>;
}

/** Why nobody has approved that a path comes to main like this. */
export type ForeignReason = "kept-file" | "not-the-heads" | "not-shown" | "mixed-request";

export interface ForeignPath {
  path: string;
  reason: ForeignReason;
}

/**
 * Paths that a merge changes, or makes part of a changed request, without being what its pull request brought and showed; sorted.
 * A merge need not be the difference that was reviewed: git merges with a base that whoever pushed the branch has chosen, and follows renames
 * (git-merge(1), "ort"), while GitHub shows the difference between one merge base and the head.
 */
export function findForeignPaths(trees: MergeTrees): ForeignPath[] {
  const changed = listChangedPaths(trees.before, trees.result);
  const other = new Set(listChangedPaths(trees.head, trees.result));
  const requests = new Set(changed.flatMap((path) => requestOf(path) ?? []));
  const isChanged = new Set(changed);
  const mixed = [...other].filter((path) => requests.has(requestOf(path) ?? "") && !isChanged.has(path));
  const found = [
    ...changed.map((path) => ({ path, reason: judgeChange(path, other, trees) })),
    ...mixed.map((path) => ({ path, reason: "mixed-request" as const })),
  ];
  return found
    .flatMap(({ path, reason }) => (reason === null ? [] : [{ path, reason }]))
    .toSorted((a, b) => compareText(a.path, b.path));
}

/**
 * Paths in which a head differs from every merge base of it and main. With several of them GitHub shows the difference to one, and
 * which one that is follows from dates that whoever made the commits has written.
 */
export function listShownPaths(head: readonly FileEntry[], bases: readonly (readonly FileEntry[])[]): Set<string> {
  const [first = [], ...rest] = bases.map((base) => listChangedPaths(base, head));
  const others = rest.map((paths) => new Set(paths));
  return new Set(first.filter((path) => others.every((paths) => paths.has(path))));
}

function judgeChange(path: string, other: ReadonlySet<string>, trees: MergeTrees): ForeignReason | null {
  const file = databaseFileOf(path);
  if (file?.below === NAMES.approval || file?.below === NAMES.lock) return "kept-file";
  if (file !== null && file.generated && trees.rendered.has(file.database)) return null;
  if (other.has(path)) return "not-the-heads";
  return trees.shown.has(path) ? null : "not-shown";
}

/** The database whose request a path is part of. */
function requestOf(path: string): string | null {
  const file = databaseFileOf(path);
  return file === null || file.generated ? null : file.database;
}

import { databaseFileOf, NAMES } from "../layout/database-folder.ts";
import { compareText } from "../text/order.ts";
import { type FileEntry, listChangedPaths } from "./list-changed-paths.ts";

/** The trees of a merge, each as the entries below `environments/` and `.github/`. */
export interface MergeTrees {
  /** Main before: the first parent of the result. */
  before: readonly FileEntry[];
  /** What main becomes. */
  result: readonly FileEntry[];
  /** The pull request's last commit, which was checked and reviewed. */
  head: readonly FileEntry[];
  /** The merge bases of `before` and `head`; or the one that the page of the pull request compares its head with, where that is known. */
  bases: readonly (readonly FileEntry[])[];
}

/**
 * Why a path does not come to main as the page of the pull request shows it: git merged both sides into something else (`mixed`), or
 * took it from main's side of a rename (`foreign`); the page compares it with something else than main has (`hidden`); it is shown as
 * a change and does not arrive (`lost`); or it is part of a changed request and different on main (`folder`).
 */
export type ForeignReason = "mixed" | "foreign" | "hidden" | "lost" | "folder";

export interface ForeignPath {
  path: string;
  reason: ForeignReason;
}

/**
 * Paths of people that differ between what the page of a pull request shows and what its merge does to main, sorted. A merge need
 * not be the difference that was reviewed: git merges with a base that whoever pushed the branch has chosen, and follows renames
 * (git-merge(1), "ort"), while GitHub shows the difference between one merge base and the head. Nothing is left once the head
 * contains main. What programs write is compared with what they would write, elsewhere.
 */
export function findForeignPaths(trees: MergeTrees): ForeignPath[] {
  return [...findIn(trees, isOfPeople), ...listMixedRequests(trees)].toSorted((a, b) => compareText(a.path, b.path));
}

/** The same for manifests, whose bytes a merge may give anew if it gives those that are rendered. */
export function findForeignManifests(trees: MergeTrees): ForeignPath[] {
  const isManifest = (path: string) => databaseFileOf(path)?.below.startsWith(`${NAMES.manifests}/`) === true;
  return findIn(trees, isManifest).filter(({ reason }) => reason !== "lost");
}

function findIn(trees: MergeTrees, isIncluded: (path: string) => boolean): ForeignPath[] {
  const [before, result, head] = [trees.before, trees.result, trees.head].map(look);
  const bases = trees.bases.map(look);
  const judge = (path: string): ForeignReason | null => {
    const [onMain, after, here] = [before!(path), result!(path), head!(path)];
    if (after === onMain) return after === here || bases.some((base) => base(path) === here) ? null : "lost";
    if (after !== here) return bases.some((base) => base(path) === here) ? "foreign" : "mixed";
    return bases.length > 0 && bases.every((base) => base(path) === onMain) ? null : "hidden";
  };
  const would = listChangedPaths(trees.before, trees.result);
  const seen = trees.bases.flatMap((base) => listChangedPaths(base, trees.head));
  const paths = [...new Set([...would, ...seen])].filter(isIncluded);
  return paths.flatMap((path) => {
    const reason = judge(path);
    return reason === null ? [] : [{ path, reason }];
  });
}

function look(entries: readonly FileEntry[]): (path: string) => string | undefined {
  const known = new Map(entries.map(({ path, mode, blob }) => [path, `${mode} ${blob}`]));
  return (path) => known.get(path);
}

function isOfPeople(path: string): boolean {
  return databaseFileOf(path)?.generated !== true;
}

/** Files of changed requests that main leaves otherwise than the head has them, though nothing shows or changes them. */
function listMixedRequests(trees: MergeTrees): ForeignPath[] {
  const would = listChangedPaths(trees.before, trees.result).filter(isOfPeople);
  const touched = new Set([...would, ...trees.bases.flatMap((base) => listChangedPaths(base, trees.head))]);
  const changed = new Set(would.flatMap((path) => databaseFileOf(path)?.database ?? []));
  const other = listChangedPaths(trees.head, trees.result).filter(isOfPeople);
  const mixed = other.filter((path) => !touched.has(path) && changed.has(databaseFileOf(path)?.database ?? ""));
  return mixed.map((path) => ({ path, reason: "folder" }));
}

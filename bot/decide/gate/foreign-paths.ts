import { databaseFileOf } from "../../../src/layout/database-folder.ts";
import { compareText } from "../../../src/text/order.ts";
import { listChangedPaths } from "./changed-paths.ts";
import type { TreeEntry } from "./changed-paths.ts";

/** The trees of a merge, each as the entries of environments/ and .github/. */
export interface MergeTrees {
  /** Main's tip. */
  main: readonly TreeEntry[];
  /** What main would become. */
  result: readonly TreeEntry[];
  /** The head of the pull request. */
  head: readonly TreeEntry[];
  /** The merge base that the page of the pull request compares its head with. */
  shown: readonly TreeEntry[];
}

/** A path that would not arrive on main as the page of the pull request shows it. */
export interface ForeignPath {
  path: string;
  /** Why that is so: the rest of a sentence that begins with the path. */
  why: string;
}

const WHY = {
  mixed: "would be neither what this branch has nor what main has: git merges both",
  foreign: "would change on main, though this branch has it otherwise",
  hidden: "would change, but this page compares it with an older commit than main's and does not show all of it",
  lost: "is shown as a change here, and would not arrive on main",
  folder: "belongs to the same request and is different on main: nobody has seen both together",
};

/**
 * Paths of people that differ between what the page of a pull request shows and what its merge would do to main. GitHub shows the
 * difference from a merge base, of which there may be several, and merges renames: whoever can push a branch chooses both.
 * None is left once the head contains main's tip. What programs write is compared with what they would write, elsewhere.
 */
export function findForeignPaths(trees: MergeTrees): ForeignPath[] {
  const { main, result, head, shown } = index(trees);
  const would = listChangedPaths(trees.main, trees.result).filter(isOfPeople);
  const seen = listChangedPaths(trees.shown, trees.head).filter(isOfPeople);
  const judge = (path: string): keyof typeof WHY | null => {
    const [onMain, after, here, before] = [main(path), result(path), head(path), shown(path)];
    if (after === onMain) return after === here ? null : "lost";
    if (after !== here) return here === before ? "foreign" : "mixed";
    return before === onMain ? null : "hidden";
  };
  const found = new Map<string, string>();
  for (const path of listRequestPaths(trees, would)) if (result(path) !== head(path)) found.set(path, WHY.folder);
  for (const path of [...would, ...seen]) {
    const verdict = judge(path);
    if (verdict !== null) found.set(path, WHY[verdict]);
  }
  return [...found].map(([path, why]) => ({ path, why })).toSorted((a, b) => compareText(a.path, b.path));
}

type Look = (path: string) => string | undefined;

function index({ main, result, head, shown }: MergeTrees): Record<keyof MergeTrees, Look> {
  const look = (entries: readonly TreeEntry[]): Look => {
    const known = new Map(entries.map(({ path, mode, blob }) => [path, `${mode} ${blob}`]));
    return (path) => known.get(path);
  };
  return { main: look(main), result: look(result), head: look(head), shown: look(shown) };
}

function isOfPeople(path: string): boolean {
  return databaseFileOf(path)?.generated !== true;
}

/** Every hand-written file, on either side, of the requests that would change. */
function listRequestPaths({ result, head }: MergeTrees, would: readonly string[]): string[] {
  const changed = new Set(would.flatMap((path) => databaseFileOf(path)?.database ?? []));
  const paths = [...result, ...head].map(({ path }) => path).filter(isOfPeople);
  return [...new Set(paths)].filter((path) => changed.has(databaseFileOf(path)?.database ?? ""));
}

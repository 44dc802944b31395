import { placeOf } from "../../src/layout/database-folder.ts";
import { ENVIRONMENTS } from "../../src/layout/repository.ts";
import type { TreeEntry } from "./pull-state.ts";

/** What a pull request changes, of the parts that are Seedbed's. */
export interface Touched {
  /** Names of folders below environments/ with any change, sorted. */
  databases: string[];
  /** Changed paths at or below .github. */
  github: string[];
  /** Changed paths that stand in the way of the folders themselves, such as a link named environments. */
  tops: string[];
}

/** Compares two trees by path, mode and blob: what GitHub's list of files would cut or fold into renames counts here too. */
export function findTouched(before: readonly TreeEntry[], after: readonly TreeEntry[]): Touched {
  const changed = listChangedPaths(before, after);
  const databases = changed.flatMap((path) => placeOf(path)?.database ?? []);
  const links = after
    .filter(({ path, mode }) => path.split("/").length === 2 && !isPlain(mode))
    .map(({ path }) => path);
  return {
    databases: [...new Set(databases)].toSorted(),
    github: changed.filter((path) => path === ".github" || path.startsWith(".github/")),
    tops: changed.filter(
      (path) => path === ENVIRONMENTS || (path.startsWith(`${ENVIRONMENTS}/`) && links.includes(path)),
    ),
  };
}

/** Paths whose mode or content differs, sorted. */
export function listChangedPaths(before: readonly TreeEntry[], after: readonly TreeEntry[]): string[] {
  const had = new Map(before.map((entry) => [entry.path, describe(entry)]));
  const has = new Map(after.map((entry) => [entry.path, describe(entry)]));
  const paths = new Set([...had.keys(), ...has.keys()]);
  return [...paths].filter((path) => had.get(path) !== has.get(path)).toSorted();
}

/** A regular file, executable or not. */
export function isPlain(mode: string): boolean {
  return mode === "100644" || mode === "100755";
}

function describe({ mode, blob }: TreeEntry): string {
  return `${mode} ${blob}`;
}

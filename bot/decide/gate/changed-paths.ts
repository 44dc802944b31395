import { databaseFileOf } from "../../../src/layout/database-folder.ts";
import { ENVIRONMENTS } from "../../../src/layout/repository.ts";
import { isRegular } from "../../../src/database/file-mode.ts";

/** A path of a commit that is no folder, with git's mode and the id of its content. */
export interface TreeEntry {
  path: string;
  mode: string;
  blob: string;
}

/** The changes of a pull request in the parts that belong to Seedbed. */
export interface Touched {
  /** Names of the folders in environments/ with any change, sorted. */
  databases: string[];
  /** Changed paths in .github, or .github itself. */
  github: string[];
  /** Changed paths that take the place of a folder, such as a link named environments. */
  tops: string[];
}

/** Compares two trees by path, mode and blob, so that files count which GitHub's own list would truncate or show as renames. */
export function findTouched(before: readonly TreeEntry[], after: readonly TreeEntry[]): Touched {
  const changed = listChangedPaths(before, after);
  const databases = changed.flatMap((path) => databaseFileOf(path)?.database ?? []);
  const links = after
    .filter(({ path, mode }) => path.split("/").length === 2 && !isRegular(mode))
    .map(({ path }) => path);
  return {
    databases: [...new Set(databases)].toSorted(),
    github: changed.filter((path) => path === ".github" || path.startsWith(".github/")),
    tops: changed.filter(
      (path) => path === ENVIRONMENTS || (path.startsWith(`${ENVIRONMENTS}/`) && links.includes(path)),
    ),
  };
}

/** Paths with a different mode or content, sorted. */
export function listChangedPaths(before: readonly TreeEntry[], after: readonly TreeEntry[]): string[] {
  const had = new Map(before.map((entry) => [entry.path, describe(entry)]));
  const has = new Map(after.map((entry) => [entry.path, describe(entry)]));
  const paths = new Set([...had.keys(), ...has.keys()]);
  return [...paths].filter((path) => had.get(path) !== has.get(path)).toSorted();
}

function describe({ mode, blob }: TreeEntry): string {
  return `${mode} ${blob}`;
}

import { databaseFileOf } from "../../../src/layout/database-folder.ts";
import { ENVIRONMENTS } from "../../../src/layout/repository.ts";
import { isRegular } from "../../../src/database/file-mode.ts";
import { type FileEntry, listChangedPaths } from "../../../src/merge/list-changed-paths.ts";

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
export function findTouched(before: readonly FileEntry[], after: readonly FileEntry[]): Touched {
  const changed = listChangedPaths(before, after);
  const databases = changed.flatMap((path) => databaseFileOf(path)?.database ?? []);
  const links = new Set(
    after.filter(({ path, mode }) => path.split("/").length === 2 && !isRegular(mode)).map(({ path }) => path),
  );
  return {
    databases: [...new Set(databases)].toSorted(),
    github: changed.filter((path) => path === ".github" || path.startsWith(".github/")),
    tops: changed.filter((path) => path === ENVIRONMENTS || (path.startsWith(`${ENVIRONMENTS}/`) && links.has(path))),
  };
}

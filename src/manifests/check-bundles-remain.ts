import { NAMES, databaseFileOf } from "../layout/database-folder.ts";
import { ENVIRONMENTS, MARKER } from "../layout/repository.ts";
import type { Problem } from "../problem/problem.ts";

/**
 * Finds a change after which Fleet's `environments/<all>/manifests` would match no folder: Fleet 0.16.1 then deletes every
 * bundle of the repository before it reports an error. Both lists have all paths of the tree, before and after.
 */
export function checkBundlesRemain(before: readonly string[], after: readonly string[]): Problem[] {
  const [had, has] = [countBundles(before), countBundles(after)];
  if (had === 0 || has > 0 || after.includes(MARKER.fleet)) return [];
  return [
    {
      severity: "error",
      code: "last-bundle",
      path: ENVIRONMENTS,
      line: 1,
      column: 1,
      what: `this change removes ${had === 1 ? "the last folder" : `all ${had} folders`} that Fleet deploys`,
      why: "if its paths match nothing, Fleet uninstalls every release of the repository",
      fix: `add ${MARKER.fleet} and its folder to the GitRepo's paths, as seedbed init --platform writes them`,
      docs: "docs/reference/manifests.md#the-last-database",
    },
  ];
}

function countBundles(paths: readonly string[]): number {
  const databases = paths.flatMap((path) => {
    const file = databaseFileOf(path);
    const isManifest = file?.below.startsWith(`${NAMES.manifests}/`) && /\.ya?ml$/.test(path);
    return file !== null && isManifest ? [file.database] : [];
  });
  return new Set(databases).size;
}

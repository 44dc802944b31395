import { SETTINGS_PATH } from "../../../src/layout/repository.ts";
import { isRegular, refuseMode } from "../../../src/database/file-mode.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import type { FileEntry } from "../../../src/merge/list-changed-paths.ts";
import type { Touched } from "../gate/changed-paths.ts";

/** Refuses changed links and submodules in place of a folder or of the settings; those inside a folder are its own problems. */
export function checkEntries(entries: readonly FileEntry[], touched: Touched): Problem[] {
  const links = entries.filter(({ path, mode }) => isWatched(path, touched) && !isRegular(mode));
  return links.flatMap((entry) => refuseMode(entry) ?? []);
}

function isWatched(path: string, { tops, github }: Touched): boolean {
  if (tops.includes(path)) return true;
  return (path === ".github" || path.startsWith(SETTINGS_PATH)) && github.includes(path);
}

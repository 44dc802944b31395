import type { TreeEntry } from "../ports/tree.ts";
import type { Problem } from "../problem/problem.ts";
import { showPath } from "../text/unseen.ts";

/** What a path of a tree is, by git's mode (gitformat-index(5)). */
export const MODE = {
  plain: "100644",
  executable: "100755",
  link: "120000",
  submodule: "160000",
  /** A device, pipe or socket on disk: git records none. */
  special: "000000",
} as const;

/** A file whose bytes the tree itself holds, executable or not. */
export function isRegular(mode: string): boolean {
  return mode === MODE.plain || mode === MODE.executable;
}

/** The only kind of file that a database's folder may hold: a permit covers bytes and no mode. */
export function isPlain(mode: string): boolean {
  return mode === MODE.plain;
}

/** Why a path may not be in a database's folder as it is; null for a plain file. */
export function refuseMode({ path, mode }: TreeEntry): Problem | null {
  if (isPlain(mode)) return null;
  const shown = showPath(path);
  const words =
    mode === MODE.executable
      ? {
          code: "executable-file",
          what: "the file is marked as executable",
          why: "a permit covers plain files (mode 100644) only",
          fix: `run chmod -x ${shown}, on Windows git update-index --chmod=-x ${shown}, and commit it`,
        }
      : {
          code: "not-a-regular-file",
          what: `this is ${kindOf(mode)}`,
          why: "what it leads to can change without a review",
          fix: `replace ${shown} with a regular file: what is used must be what was reviewed`,
        };
  const docs = "docs/reference/database_config.md#the-folder";
  return { severity: "error", path: shown, line: 1, column: 1, ...words, docs };
}

function kindOf(mode: string): string {
  if (mode === MODE.link) return "a symbolic link";
  return mode === MODE.submodule ? "a submodule" : "a special file";
}

import { mostBytesOf } from "../../../src/layout/limits.ts";
import { databaseFileOf } from "../../../src/layout/database-folder.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import { showPath } from "../../../src/text/unseen.ts";
import { type FileEntry, listChangedPaths } from "../../../src/merge/list-changed-paths.ts";

/**
 * What one pull request may change and bring at most: of the databases that it changes, everything is read and judged at once.
 * A hundred databases of ten scripts each are well within it.
 */
export const PULL_LIMITS = {
  databases: 100,
  /** Changed paths below `environments/` and `.github/`. */
  paths: 3000,
  /** Hand-written files of the changed databases. */
  files: 2000,
  /** Of those files, as far as each is not too large itself. */
  bytes: 8 * 1024 * 1024,
} as const;

type SizedEntry = FileEntry & { size: number };

/** The one finding about a pull request that changes more than is judged at once, before anything of it is read; null for any other. */
export function refuseSize(before: readonly FileEntry[], after: readonly SizedEntry[]): Problem | null {
  const changed = listChangedPaths(before, after);
  const databases = new Set(changed.flatMap((path) => databaseFileOf(path)?.database ?? []));
  const read = after.filter(({ path }) => isRead(path, databases));
  const bytes = read.reduce((sum, { path, size }) => sum + (size > mostBytesOf(path) ? 0 : size), 0);
  const words =
    explain(databases.size, PULL_LIMITS.databases, (count) => `the pull request changes ${count} databases`) ??
    explain(changed.length, PULL_LIMITS.paths, (count) => `the pull request changes ${count} files of Seedbed`) ??
    explain(read.length, PULL_LIMITS.files, (count) => `the requests that are changed have ${count} files`) ??
    explain(bytes, PULL_LIMITS.bytes, (count) => `the requests that are changed have ${count} bytes`);
  if (words === null) return null;
  const docs = "docs/security.md#limits-of-what-is-read";
  return { severity: "error", path: showPath(changed[0] ?? ""), line: 1, column: 1, ...words, docs };
}

function isRead(path: string, databases: ReadonlySet<string>): boolean {
  const file = databaseFileOf(path);
  return file !== null && !file.generated && databases.has(file.database);
}

type Words = Pick<Problem, "code" | "what" | "why" | "fix">;

function explain(count: number, most: number, say: (count: number) => string): Words | null {
  if (count <= most) return null;
  return {
    code: "pull-too-large",
    what: say(count),
    why: `at most ${most} are judged at once`,
    fix: "split the pull request",
  };
}

import { placeOf } from "../../../src/layout/database-folder.ts";
import { SETTINGS_PATH } from "../../../src/layout/repository.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import { showUnseen } from "../../../src/text/unseen.ts";
import { isPlain, type Touched } from "./changed-paths.ts";
import type { TreeEntry } from "./pull-state.ts";

const DOCS = "docs/reference/database_config.md#the-folder";

/** Refuses links, submodules and executable files in the changed folders: a reviewer cannot see what a link leads to. */
export function checkEntries(entries: readonly TreeEntry[], touched: Touched): Problem[] {
  const inside = entries.filter(({ path }) => {
    const file = placeOf(path);
    return (file !== null && touched.databases.includes(file.database)) || isWatched(path, touched);
  });
  return inside.flatMap((entry) => {
    if (!isPlain(entry.mode)) return [refuseLink(entry)];
    return entry.mode === "100755" && placeOf(entry.path)?.generated === false ? [refuseExecutable(entry)] : [];
  });
}

function isWatched(path: string, { tops, github }: Touched): boolean {
  if (tops.includes(path)) return true;
  return github.includes(path) && (path === ".github" || path.startsWith(SETTINGS_PATH));
}

function refuseLink({ path, mode }: TreeEntry): Problem {
  const kind = mode === "160000" ? "a submodule" : "a symbolic link";
  return problem(path, {
    code: "not-a-regular-file",
    what: `${showUnseen(path)} is ${kind}`,
    why: "what it leads to is not part of this review",
    fix: "Put a regular file there.",
  });
}

function refuseExecutable({ path }: TreeEntry): Problem {
  return problem(path, {
    code: "executable-file",
    what: `${showUnseen(path)} is marked as executable`,
    why: "a permit covers plain files (mode 100644) only, and the Action refuses others",
    fix: `Run: git update-index --chmod=-x ${showUnseen(path)}`,
  });
}

function problem(path: string, words: Pick<Problem, "code" | "what" | "why" | "fix">): Problem {
  return { severity: "error", path: showUnseen(path), line: 1, column: 1, ...words, docs: DOCS };
}

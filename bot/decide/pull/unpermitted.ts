import { inlineCode } from "../../../src/text/markdown.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import { listChangedPaths } from "../../../src/merge/list-changed-paths.ts";
import type { PullState } from "./pull-state.ts";

/**
 * Files of the changed requests that the diff does not show, although no permit covers them as they are on main: whoever approves
 * this pull request approves them too.
 */
function findUnpermitted({ main, result, unpermitted }: PullState): string[] {
  const changed = new Set(listChangedPaths(main.entries, result.entries));
  return unpermitted.filter((path) => !changed.has(path)).toSorted();
}

/** A warning for each of them. */
export function warnUnpermitted(state: PullState): Problem[] {
  return findUnpermitted(state).map((path) => ({
    severity: "warning",
    code: "not-permitted",
    path,
    line: 1,
    column: 1,
    what: "main has this file with other content than the last permit, and the diff does not show it",
    why: "it came to main without an approval, and the approval of this pull request would cover it too",
    fix: "compare it with the last permit before you approve",
    docs: "docs/dba.md#approvals-what-counts-and-what-does-not",
  }));
}

/** What the approval check says of them; empty if there are none. */
export function describeUnpermitted(state: PullState): string {
  const paths = findUnpermitted(state);
  if (paths.length === 0) return "";
  const list = paths.slice(0, 50).map((path) => `- ${inlineCode(path)}`);
  const more = paths.length > list.length ? [`- …and ${paths.length - list.length} more`] : [];
  const text =
    "⚠️ An approval also covers these files as they are. They came to main without one, and the diff does not show them:";
  return [text, ...list, ...more].join("\n");
}

import { diffTrees, type FileChange } from "./diff-trees.ts";
import { editTree } from "./edit-tree.ts";
import type { ObjectStore } from "./object-store.ts";

/**
 * The tree of a merge where nothing has to be decided: the sides have changed different files, and neither has renamed any, for which it
 * would have had to remove one and add one. null where git has to merge.
 */
export async function mergePlainly(
  store: ObjectStore,
  { base, ours, theirs }: Record<"base" | "ours" | "theirs", string>,
): Promise<string | null> {
  const own = await diffTrees(store, [base, ours]);
  const other = await diffTrees(store, [base, theirs]);
  if ([own, other].some(mayRename) || meet(own, other) || meet(other, own)) return null;
  const edits = other.map(({ path, after }) => ({ path, mode: after?.mode ?? "0", sha: after?.sha ?? null }));
  return editTree({ from: store, to: store }, ours, edits);
}

/** Of changes as they are listed: whether a rename can be among them. */
export function mayRename(changes: readonly FileChange[]): boolean {
  return changes.some(({ before }) => before === null) && changes.some(({ after }) => after === null);
}

/** Whether one side has changed a file, or something in its place, that the other has changed. */
function meet(one: readonly FileChange[], other: readonly FileChange[]): boolean {
  const paths = new Set(one.map(({ path }) => path));
  return other.some(({ path }) => {
    const parts = path.split("/");
    return parts.some((_, at) => paths.has(parts.slice(0, at + 1).join("/")));
  });
}

/** One path of a tree, by everything that makes it what it is. */
export interface FileEntry {
  /** From the top of the repository, with `/`. */
  path: string;
  /** As git has it, such as `100644`. */
  mode: string;
  /** Git's id of the content. */
  blob: string;
}

/** Paths with a different mode or content, sorted. */
export function listChangedPaths(before: readonly FileEntry[], after: readonly FileEntry[]): string[] {
  const had = statesOf(before);
  const has = statesOf(after);
  const paths = new Set([...had.keys(), ...has.keys()]);
  return [...paths].filter((path) => had.get(path) !== has.get(path)).toSorted();
}

function statesOf(entries: readonly FileEntry[]): Map<string, string> {
  return new Map(entries.map(({ path, mode, blob }) => [path, `${mode} ${blob}`]));
}

import { isFolder, type TreeRow } from "./objects.ts";
import type { ObjectStore } from "./object-store.ts";

/** A file that differs; null where it is not. */
export interface FileChange {
  path: string;
  before: TreeRow | null;
  after: TreeRow | null;
}

type Rows = Pick<ObjectStore, "rows">;
type Sides<T> = readonly [T, T];

/** Every file that differs between two trees, renames as what they are made of, in git's order. */
export async function diffTrees(store: Rows, [from, to]: Sides<string>): Promise<FileChange[]> {
  const changes = from === to ? [] : await compare(store, "", [from, to]);
  const placed = changes.map((change) => ({ change, key: Buffer.from(change.path) }));
  return placed.toSorted((a, b) => Buffer.compare(a.key, b.key)).map(({ change }) => change);
}

async function compare(store: Rows, prefix: string, sides: Sides<string | null>): Promise<FileChange[]> {
  const [had, has] = await Promise.all(sides.map(async (tree) => byName(tree === null ? [] : await store.rows(tree))));
  const changes: FileChange[] = [];
  for (const name of new Set([...had!.keys(), ...has!.keys()])) {
    const rows = [had!.get(name) ?? null, has!.get(name) ?? null] as const;
    if (rows[0]?.sha === rows[1]?.sha && rows[0]?.mode === rows[1]?.mode) continue;
    const path = `${prefix}${name}`;
    const [before, after] = rows.map((row) => (row === null || isFolder(row) ? null : row)) as [TreeRow?, TreeRow?];
    if (before || after) changes.push({ path, before: before ?? null, after: after ?? null });
    const folders = rows.map((row) => (row !== null && isFolder(row) ? row.sha : null));
    if (folders.some((tree) => tree !== null))
      changes.push(...(await compare(store, `${path}/`, [folders[0]!, folders[1]!])));
  }
  return changes;
}

function byName(rows: readonly TreeRow[]): Map<string, TreeRow> {
  return new Map(rows.map((row) => [row.name, row]));
}

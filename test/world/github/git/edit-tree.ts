import { encodeTree, isFolder, type TreeRow } from "./objects.ts";
import type { ObjectStore } from "./object-store.ts";

/** A change of one path in a new tree; `sha: null` removes it, a folder with all that is in it. */
export interface TreeEdit {
  path: string;
  mode: string;
  sha: string | null;
}

/** Where the tree that is changed is read, and where what comes of it is written. */
export interface Stores {
  from: Pick<ObjectStore, "rows">;
  to: Pick<ObjectStore, "write">;
}

/** A tree from another one and edits; as an index does, it has no empty folders. */
export async function editTree(stores: Stores, base: string | null, edits: readonly TreeEdit[]): Promise<string> {
  for (const { path } of edits) checkPath(path);
  return (await edit(stores, base, edits)) ?? stores.to.write("tree", Buffer.alloc(0));
}

async function edit(stores: Stores, base: string | null, edits: readonly TreeEdit[]): Promise<string | null> {
  const rows = new Map<string, TreeRow>();
  for (const row of base === null ? [] : await stores.from.rows(base)) rows.set(row.name, row);
  const below = new Map<string, TreeEdit[]>();
  for (const { path, ...change } of edits) {
    const slash = path.indexOf("/");
    const name = slash < 0 ? path : path.slice(0, slash);
    if (slash >= 0) below.set(name, [...(below.get(name) ?? []), { ...change, path: path.slice(slash + 1) }]);
    else if (change.sha === null) rows.delete(name);
    else rows.set(name, { name, mode: change.mode, sha: change.sha });
  }
  for (const [name, inside] of below) {
    const row = rows.get(name);
    if (row !== undefined && !isFolder(row) && inside.some(({ sha }) => sha !== null))
      throw new Error(`git cannot have ${name} and ${name}/${inside[0]!.path}`);
    const sha = await edit(stores, row !== undefined && isFolder(row) ? row.sha : null, inside);
    if (sha !== null) rows.set(name, { name, mode: "040000", sha });
    else if (row !== undefined && isFolder(row)) rows.delete(name);
  }
  return rows.size === 0 ? null : stores.to.write("tree", encodeTree([...rows.values()]));
}

/** git-update-index(1): a name that a checkout could not have is an invalid path. */
function checkPath(path: string): void {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".." || part.toLowerCase() === ".git"))
    throw new Error(`git refuses the path ${JSON.stringify(path)}`);
}

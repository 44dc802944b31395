import { openListedTree } from "../database/listed-tree.ts";
import { requireSmall } from "../database/unreadable-file.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";
import type { GitEntry, GitObjects } from "./objects.ts";

/** The files of a commit, with their blob ids and sizes in bytes; the size of a submodule is 0. */
export interface CommitTree extends Tree<SizedEntry> {
  commit: string;
}

export type SizedEntry = TreeEntry & { blob: string; size: number };

/** Of the repository's folders at the top only those are listed that are asked for. */
export async function openCommitTree(objects: GitObjects, commit: string): Promise<CommitTree> {
  const top = await objects.treeOf(commit);
  const list = async (name: string): Promise<SizedEntry[]> => {
    const entry = (await objects.entries(top, false)).find(({ path }) => path === name);
    if (!entry) return [];
    if (entry.type !== "tree") return [viewEntry(entry)];
    const files = (await objects.entries(entry.sha, true)).filter(({ type }) => type !== "tree");
    return files.map((file) => viewEntry({ ...file, path: `${name}/${file.path}` }));
  };
  const read = ({ path, blob, size }: SizedEntry): Promise<Buffer> => {
    requireSmall(path, size);
    return objects.blob(blob);
  };
  return { commit, ...openListedTree<SizedEntry>({ list, read }) };
}

function viewEntry({ path, mode, sha, size }: GitEntry): SizedEntry {
  return { path, mode, blob: sha, size };
}

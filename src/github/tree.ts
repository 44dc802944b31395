import { openListedTree } from "../database/listed-tree.ts";
import { requireSmall } from "../database/unreadable-file.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";
import type { GitEntry, GitObjects } from "./objects.ts";

/** A path with the id of its blob. */
export interface CommitEntry extends TreeEntry {
  blob: string;
  /** Bytes of the blob. */
  size: number;
}

/** The files of a commit, with their modes and blob ids, which a reviewer does not see. */
export interface CommitTree extends Tree<CommitEntry> {
  commit: string;
}

/** The files of one commit: of the repository's folders at the top only those are listed that are asked for. */
export async function openCommitTree(objects: GitObjects, commit: string): Promise<CommitTree> {
  const top = await objects.treeOf(commit);
  const tree = openListedTree<CommitEntry>({
    list: async (folder) => {
      const entry = (await objects.entries(top, false)).find(({ path }) => path === folder);
      if (!entry) return [];
      if (entry.type !== "tree") return [viewEntry(entry)];
      const below = (await objects.entries(entry.sha, true)).filter(({ type }) => type !== "tree");
      return below.map((found) => viewEntry({ ...found, path: `${folder}/${found.path}` }));
    },
    read: async ({ path, blob, size }) => {
      requireSmall(path, size);
      return objects.blob(blob);
    },
  });
  return { commit, ...tree };
}

function viewEntry({ path, mode, sha, size }: GitEntry): CommitEntry {
  return { path, mode, blob: sha, size };
}

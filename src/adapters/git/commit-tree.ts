import { openListedTree } from "../../database/listed-tree.ts";
import { requireSmall } from "../../database/unreadable-file.ts";
import { mostBytesOf } from "../../layout/limits.ts";
import type { Tree, TreeEntry } from "../../ports/tree.ts";
import type { BlobReader } from "./read-blobs.ts";
import { runGit } from "./run-git.ts";

interface GitEntry extends TreeEntry {
  object: string;
}

/** The files of a commit: one listing per folder of the top, and one process for the bytes of all. */
export function openCommitTree(top: string, commit: string, blobs: BlobReader): Tree {
  return openListedTree<GitEntry>({
    list: (folder) => listEntries(top, commit, [folder]),
    read: async ({ path, object }) => {
      const { size, bytes } = await blobs.read(object, mostBytesOf(path));
      requireSmall(path, size);
      return bytes;
    },
  });
}

/** Everything below some folders of a commit. */
export async function listEntries(top: string, commit: string, folders: readonly string[]): Promise<GitEntry[]> {
  return parseEntries(await runGit(["ls-tree", "-r", "-z", commit, "--", ...folders], top));
}

/** `<mode> <type> <object>`, a tab and the path (git-ls-tree(1), OUTPUT FORMAT). */
function parseEntries(text: string): GitEntry[] {
  return text
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const tab = line.indexOf("\t");
      const [mode, , object] = line.slice(0, tab).split(" ") as [string, string, string];
      return { mode, object, path: line.slice(tab + 1) };
    });
}

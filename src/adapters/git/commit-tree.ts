import { openListedTree } from "../../database/listed-tree.ts";
import { requireSmall } from "../../database/unreadable-file.ts";
import { mostBytesOf } from "../../layout/limits.ts";
import { ENVIRONMENTS } from "../../layout/repository.ts";
import type { Tree, TreeEntry } from "../../ports/tree.ts";
import type { BlobReader } from "./read-blobs.ts";
import { keepLatest } from "./keep-latest.ts";
import { runGit } from "./run-git.ts";

interface GitEntry extends TreeEntry {
  object: string;
}

/** Everything below the folders that Seedbed reads of a commit. */
export type Listing = (commit: string) => Promise<GitEntry[]>;

const FOLDERS = [ENVIRONMENTS, ".github"];

/** Listings by one process for each commit: whoever reads its files compares them as well. */
export function openListing(top: string): Listing {
  return keepLatest((commit) => listEntries(top, commit, FOLDERS));
}

interface Read {
  listing: Listing;
  blobs: BlobReader;
}

/** The files of a commit, with one process for the bytes of all. */
export function openCommitTree(top: string, commit: string, { listing, blobs }: Read): Tree {
  return openListedTree<GitEntry>({
    list: async (folder) => {
      if (!FOLDERS.includes(folder)) return listEntries(top, commit, [folder]);
      return (await listing(commit)).filter(({ path }) => path.split("/", 1)[0] === folder);
    },
    read: async ({ path, object }) => {
      const { size, bytes } = await blobs.read(object, mostBytesOf(path));
      requireSmall(path, size);
      return bytes;
    },
  });
}

async function listEntries(top: string, commit: string, folders: readonly string[]): Promise<GitEntry[]> {
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

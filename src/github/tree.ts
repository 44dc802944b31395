import { decodeFile, UnreadableFile } from "../database/unreadable-file.ts";
import type { Tree } from "../ports/tree.ts";
import { SeedbedError } from "../problem/error.ts";
import { compareBytes } from "../text/order.ts";
import type { GitEntry, GitObjects } from "./objects.ts";

/** A tree with its modes and blob ids, which a reviewer does not see. */
export interface CommitTree extends Tree {
  commit: string;
  /** Every file below a folder, or the one at that path, sorted bytewise; links and submodules are among them. */
  entries(folder: string): Promise<{ path: string; mode: string; blob: string }[]>;
}

const LARGEST_FILE = 2 * 1024 * 1024;

/** The files of one commit: of the repository's folders at the top only those are listed that are asked for. */
export async function openCommitTree(objects: GitObjects, commit: string): Promise<CommitTree> {
  const top = await objects.treeOf(commit);
  const below = async (folder: string): Promise<GitEntry[]> => {
    const name = folder.split("/")[0]!;
    const entry = (await objects.entries(top, false)).find(({ path }) => path === name);
    if (!entry) return [];
    if (entry.type !== "tree") return [entry];
    const entries = await objects.entries(entry.sha, true);
    return entries.filter(({ type }) => type !== "tree").map((found) => ({ ...found, path: `${name}/${found.path}` }));
  };
  const inside = async (folder: string) =>
    (await below(folder)).filter(({ path }) => path === folder || path.startsWith(`${folder}/`)).sort(byBytes);
  return {
    commit,
    entries: async (folder) => (await inside(folder)).map(({ path, mode, sha }) => ({ path, mode, blob: sha })),
    list: async (folder) => (await inside(folder)).filter(isRegular).map(({ path }) => path),
    read: async (path) => {
      const entry = (await below(path)).find((candidate) => candidate.path === path);
      if (entry === undefined) return null;
      requireReadable(entry, commit);
      return decodeFile(path, await objects.blob(entry.sha));
    },
  };
}

function isRegular({ mode }: GitEntry): boolean {
  return mode === "100644" || mode === "100755";
}

function byBytes(a: GitEntry, b: GitEntry): number {
  return compareBytes(a.path, b.path);
}

function requireReadable(entry: GitEntry, commit: string): void {
  const { path, size } = entry;
  if (!isRegular(entry))
    throw new UnreadableFile("not-a-regular-file", `${path} at ${commit} is a link or a submodule.`, {
      path,
      line: 1,
      column: 1,
      fix: `Replace ${path} with a regular file: reviewers must see the content that is used.`,
    });
  if (size > LARGEST_FILE)
    throw new SeedbedError("file-too-large", `${path} at ${commit} has ${size} bytes, more than 2 MiB.`, {
      fix: `Make ${path} smaller.`,
    });
}

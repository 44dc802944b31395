import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compareBytes } from "../../text/order.ts";
import type { Tree } from "../../ports/tree.ts";
import { decodeFile, UnreadableFile } from "../../database/unreadable-file.ts";

/** The files below a folder on disk. Links are refused, because what is used must be what a reviewer read. */
export function openDiskTree(top: string): Tree {
  return {
    read: async (path) => ((await isRegularFile(top, path)) ? decodeFile(path, await readFile(join(top, path))) : null),
    list: (folder) => listFiles(top, folder),
  };
}

async function listFiles(top: string, folder: string): Promise<string[]> {
  if ((await kindOf(top, folder)) !== "folder") return [];
  const entries = await readdir(join(top, folder), { withFileTypes: true });
  const lists = entries.map(async (entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === ".git" ? [] : listFiles(top, path);
    // Links are named like files: what is asked for is told about when it is read.
    return [path];
  });
  return (await Promise.all(lists)).flat().sort(compareBytes);
}

async function isRegularFile(top: string, path: string): Promise<boolean> {
  const parents = path.split("/").slice(0, -1);
  for (const [index] of parents.entries())
    if ((await kindOf(top, parents.slice(0, index + 1).join("/"))) !== "folder") return false;
  return (await kindOf(top, path)) === "file";
}

/** Throws for a link, device or socket: none of these belongs in a request. */
async function kindOf(top: string, path: string): Promise<"file" | "folder" | "none"> {
  const facts = await lstat(join(top, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (facts === null) return "none";
  if (facts.isFile()) return "file";
  if (facts.isDirectory()) return "folder";
  throw new UnreadableFile("not-a-regular-file", `${path} is a link or a special file.`, {
    path,
    line: 1,
    column: 1,
    fix: `Replace ${path} with a regular file: what is used must be what was reviewed.`,
  });
}

import type { Stats } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compareBytes } from "../../text/order.ts";
import type { Tree, TreeEntry } from "../../ports/tree.ts";
import { isRegular, MODE } from "../../database/file-mode.ts";
import { decodeFile, requireRegular, requireSmall } from "../../database/unreadable-file.ts";
import type { WorkTreeIndex } from "../git/work-tree-index.ts";

/** A folder that no git looks after: what the disk says counts. */
const NO_INDEX: WorkTreeIndex = {
  trusts: async () => ({ bits: true, links: true }),
  modes: async () => new Map(),
};

/** The files below a folder on disk as they are now, with the modes that git would record. */
export function openDiskTree(top: string, index: WorkTreeIndex = NO_INDEX): Tree {
  const disk = { top, index };
  return {
    entries: async (folder) => (await listBelow(disk, folder)).sort((a, b) => compareBytes(a.path, b.path)),
    read: async (path) => {
      const size = await sizeOf(disk, path);
      if (size === null) return null;
      requireSmall(path, size);
      return decodeFile(path, await readFile(join(top, path)));
    },
  };
}

interface Disk {
  top: string;
  index: WorkTreeIndex;
}

async function listBelow(disk: Disk, folder: string): Promise<TreeEntry[]> {
  for (const parent of parentsOf(folder)) if ((await modeOf(disk, parent)) !== "folder") return [];
  return folder === "" ? listFolder(disk, "") : listPath(disk, folder);
}

async function listPath(disk: Disk, path: string): Promise<TreeEntry[]> {
  const mode = await modeOf(disk, path);
  if (mode === "folder") return listFolder(disk, path);
  return mode === null ? [] : [{ path, mode }];
}

async function listFolder(disk: Disk, folder: string): Promise<TreeEntry[]> {
  const names = (await readdir(join(disk.top, folder))).filter((name) => name !== ".git");
  const lists = names.map((name) => listPath(disk, folder === "" ? name : `${folder}/${name}`));
  return (await Promise.all(lists)).flat();
}

/** null where there is no regular file. Throws for a link and the like, there or on the way. */
async function sizeOf(disk: Disk, path: string): Promise<number | null> {
  for (const step of [...parentsOf(path), path]) {
    const mode = await modeOf(disk, step);
    if (mode === null) return null;
    if (mode === "folder") continue;
    requireRegular({ path: step, mode });
    return step === path ? (await lstat(join(disk.top, path))).size : null;
  }
  return null;
}

function parentsOf(path: string): string[] {
  const steps = path.split("/");
  return steps.slice(1).map((_, index) => steps.slice(0, index + 1).join("/"));
}

/** A mode of git, or `folder`; null where there is nothing. */
async function modeOf(disk: Disk, path: string): Promise<string | null> {
  const facts = await lstat(join(disk.top, path)).catch((error: NodeJS.ErrnoException) => {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(error.code ?? "")) return null;
    throw error;
  });
  if (facts === null) return null;
  return facts.isDirectory() ? modeOfFolder(disk, path) : modeOfFile(disk, path, facts);
}

/** A folder is a submodule to git when it is a repository itself, or stands in the index as one that is not checked out. */
async function modeOfFolder(disk: Disk, path: string): Promise<string> {
  const names = path === "" ? [] : await readdir(join(disk.top, path));
  if (path !== "" && names.includes(".git")) return MODE.submodule;
  const listed = path === "" || names.length > 0 ? undefined : (await disk.index.modes()).get(path);
  return listed === MODE.submodule ? listed : "folder";
}

/** As git's own `ce_mode_from_stat` (read-cache.h) decides: where the disk cannot be trusted, the index is asked. */
async function modeOfFile({ index }: Disk, path: string, facts: Stats): Promise<string> {
  if (facts.isSymbolicLink()) return MODE.link;
  if (!facts.isFile()) return MODE.special;
  const { bits, links } = await index.trusts();
  const listed = bits && links ? undefined : (await index.modes()).get(path);
  if (!links && listed === MODE.link) return listed;
  if (!bits) return listed !== undefined && isRegular(listed) ? listed : MODE.plain;
  return (facts.mode & 0o100) === 0 ? MODE.plain : MODE.executable;
}

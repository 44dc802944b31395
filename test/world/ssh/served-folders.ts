import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, posix, sep } from "node:path";

/** Virtual folder on the pretended host to real folder on this machine. */
export type Folders = Record<string, string>;

/** An error as the system calls report it. */
export function systemError(code: "ENOENT" | "EACCES" | "EISDIR"): Error {
  return Object.assign(new Error(code), { code });
}

/** Absolute and without `..`, as realpath answers it on the host. */
export function normalize(path: string): string {
  return posix.resolve("/", path);
}

/** Where a path of the pretended host really is. Throws ENOENT outside the served folders, EACCES for a way out. */
export async function resolveServed(folders: Folders, path: string): Promise<string> {
  const virtual = normalize(path);
  const folder = Object.keys(folders).find((each) => virtual === each || virtual.startsWith(`${each}/`));
  const root = folder === undefined ? undefined : folders[folder];
  if (folder === undefined || root === undefined) throw systemError("ENOENT");
  const real = join(root, virtual.slice(folder.length));
  const realRoot = await realpath(root);
  const realFolder = real === join(root) ? realRoot : await realpath(dirname(real));
  if (realFolder !== realRoot && !realFolder.startsWith(realRoot + sep)) throw systemError("EACCES");
  return real === join(root) ? realRoot : join(realFolder, basename(real));
}

/**
 * What the permission bits say to an ordinary user. The world often runs as root, for whom the kernel never refuses:
 * where no such bit is set at all, only root could do it.
 */
export async function demandPermission(real: string, kind: "read" | "write"): Promise<void> {
  const bits = kind === "read" ? 0o444 : 0o222;
  if (((await stat(real)).mode & bits) === 0) throw systemError("EACCES");
}

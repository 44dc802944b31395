import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A file and what it held when it was read. */
export interface FileBelow {
  path: string;
  bytes: Buffer;
}

/**
 * Every file below a folder that a running container writes to. Its programs write beside a file and rename: one that is
 * gone when it is read has become another one of the list.
 */
export async function filesBelow(folder: string): Promise<FileBelow[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw error;
      });
      return bytes === null ? [] : [{ path, bytes }];
    }),
  );
  return read.flat();
}

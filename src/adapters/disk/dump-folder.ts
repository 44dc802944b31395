import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf, SeedbedError } from "../../problem/error.ts";
import type { DumpFolder } from "../../ports/dump-folder.ts";

/** Opens a folder for a dump set. It must be empty, so that production data is not mixed with other files. */
export async function openDumpFolder(path: string): Promise<DumpFolder> {
  const folder = resolve(path);
  const names = await open(folder).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  if (names.length > 0)
    throw new SeedbedError("folder-not-empty", `${folder} is not empty.`, { fix: "Use a new or empty folder." });
  return { path: folder, write: (name, bytes) => writeWhole(folder, name, bytes) };
}

async function open(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return await readdir(folder);
}

async function writeWhole(folder: string, name: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const part = join(folder, `.${name}.part`);
  try {
    await pipeline(Readable.from(bytes), createWriteStream(part, { flags: "wx", mode: 0o600, flush: true }));
    await rename(part, join(folder, name));
  } catch (error) {
    // Why the dump was not written matters more than why its part stays.
    await Promise.allSettled([rm(part, { force: true })]);
    throw isOurDisk(error) ? unwritable(folder, error) : error;
  }
}

/** Explains errors of the disk; errors of the stream have their own codes. */
function isOurDisk(error: unknown): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return ["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "EIO", "EFBIG", "ENOENT"].includes(code);
}

function unwritable(folder: string, cause: unknown): SeedbedError {
  const text = messageOf(cause);
  return new SeedbedError("folder-unwritable", `${folder} cannot be written: ${text}`, {
    fix: "Use a folder that this user may write to, on a disk with enough space for the whole dump.",
    cause,
  });
}

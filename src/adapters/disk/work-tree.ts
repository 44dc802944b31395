import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RenderedFile } from "../../manifests/rendered-file.ts";

/** Changes of a work tree: files to write, paths to remove. */
export interface TreeChange {
  write: RenderedFile[];
  remove: string[];
}

/** Writes every file under a temporary name and renames it last, so that an interrupted run leaves only complete files. */
export async function writeWorkTree(top: string, change: TreeChange): Promise<void> {
  const staged: { from: string; to: string }[] = [];
  try {
    for (const file of change.write) staged.push(await stage(top, file));
  } catch (error) {
    // Why a file was not written matters more than why a temporary one stays.
    await Promise.allSettled(staged.map(({ from }) => rm(from, { force: true })));
    throw error;
  }
  for (const { from, to } of staged) await rename(from, to);
  for (const path of change.remove) await rm(join(top, path), { force: true });
}

async function stage(top: string, file: RenderedFile): Promise<{ from: string; to: string }> {
  const to = join(top, file.path);
  const from = `${to}.seedbed-${process.pid}`;
  await mkdir(dirname(to), { recursive: true });
  // Opened apart: a file that was there before is not ours to remove.
  const handle = await open(from, "wx");
  try {
    await handle.writeFile(file.text);
    await handle.close();
  } catch (error) {
    await Promise.allSettled([handle.close(), rm(from, { force: true })]);
    throw error;
  }
  return { from, to };
}

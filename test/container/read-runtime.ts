import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openDiskTree } from "../../src/adapters/disk/disk-tree.ts";
import { runtimeFiles, type RuntimeFile } from "../../src/container/runtime-files.ts";

export const RUNTIME = join(import.meta.dirname, "../../src/container/runtime");

/** The runtime as it stands in the work tree. */
export async function readRuntime(): Promise<RuntimeFile[]> {
  const tree = openDiskTree(RUNTIME);
  const entries = await tree.entries("");
  const texts = await Promise.all(
    entries.map(async ({ path }) => [path, await readFile(join(RUNTIME, path), "utf8")] as const),
  );
  return runtimeFiles(Object.fromEntries(texts));
}

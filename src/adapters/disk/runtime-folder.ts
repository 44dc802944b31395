import { type RuntimeFile, runtimeFiles } from "../../container/runtime-files.ts";
import { openDiskTree } from "./disk-tree.ts";

/** The container's runtime from the folder that lies beside every entry, in the sources as in the bundle. */
export async function readRuntime(folder: string): Promise<RuntimeFile[]> {
  const tree = openDiskTree(folder);
  const entries = await tree.entries("");
  const texts = await Promise.all(entries.map(async ({ path }) => [path, (await tree.read(path)) ?? ""] as const));
  return runtimeFiles(Object.fromEntries(texts));
}

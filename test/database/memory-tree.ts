import { createHash } from "node:crypto";
import { openListedTree } from "../../src/database/listed-tree.ts";
import type { Tree, TreeEntry } from "../../src/ports/tree.ts";

/** A tree in memory, by path. `modes` lists the paths that are no plain files. */
export function memoryTree(
  files: Readonly<Record<string, string | Buffer>>,
  modes: Readonly<Record<string, string>> = {},
): Tree<TreeEntry & { blob: string; size: number }> {
  return openListedTree({
    list: async (top) =>
      Object.entries(files)
        .filter(([path]) => path === top || path.startsWith(`${top}/`))
        .map(([path, bytes]) => ({
          path,
          mode: modes[path] ?? "100644",
          blob: blobOf(bytes),
          size: Buffer.byteLength(bytes),
        })),
    read: async ({ path }) => Buffer.from(files[path]!),
  });
}

function blobOf(bytes: string | Buffer): string {
  const content = Buffer.from(bytes);
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

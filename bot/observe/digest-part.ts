import { digestOfBytes, type Digest } from "../../src/crypto/digest.ts";
import type { HubTree } from "../hub/git.ts";

/** The digest of what a tree has at a path, a file or a whole folder: the same as long as no byte and no mode in it changes. */
export async function digestPart(tree: HubTree, path: string): Promise<Digest> {
  const entries = await tree.entries(path);
  return digestOfBytes(entries.map((entry) => `${entry.mode} ${entry.blob} ${entry.path}\n`).join(""));
}

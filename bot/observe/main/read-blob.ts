import { isPlain } from "../../../src/database/file-mode.ts";
import type { Hub } from "../../hub/hub.ts";

/** Id of the blob at a path; null if there is no plain file. */
export async function readBlob(hub: Hub, commit: string, path: string): Promise<string | null> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const entries = await (await hub.git.treeAt(commit)).entries(folder);
  return entries.find((entry) => entry.path === path && isPlain(entry.mode))?.blob ?? null;
}

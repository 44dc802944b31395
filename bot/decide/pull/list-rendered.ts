import { folderOf } from "../../../src/layout/database-folder.ts";
import { blobId } from "../gate/blob-id.ts";
import type { FileEntry } from "../../../src/merge/list-changed-paths.ts";
import type { JudgedDatabase } from "./judge-databases.ts";

/** The judged databases whose manifests among these entries are, byte for byte, exactly the rendered ones. */
export function listRendered(entries: readonly FileEntry[], judged: readonly JudgedDatabase[]): string[] {
  const describe = (files: readonly { path: string; blob: string }[]) =>
    JSON.stringify(files.map(({ path, blob }) => `${path}\0${blob}`).toSorted());
  return judged.flatMap(({ database, manifests }) => {
    if (manifests === null) return [];
    const there = entries.filter(({ path }) => path.startsWith(`${folderOf(database).manifests}/`));
    const like = there[0]?.blob ?? "";
    const wanted = manifests.map(({ path, text }) => ({ path, blob: `100644 ${blobId(text, like)}` }));
    const found = there.map(({ path, mode, blob }) => ({ path, blob: `${mode} ${blob}` }));
    return describe(found) === describe(wanted) ? [database] : [];
  });
}

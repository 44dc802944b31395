import { folderOf } from "../../../src/layout/database-folder.ts";
import { compareText } from "../../../src/text/order.ts";
import type { ChangeSet } from "./change-set.ts";

export interface CoverQuestion {
  changes: ChangeSet;
  /** What approvals that count cover, each byte for byte. */
  covered: readonly ChangeSet[];
  /** Databases whose manifests, as they would be, are what the bot renders from main. */
  rendered: readonly string[];
}

/**
 * Folders and paths that no approval covers as they would be, sorted. A request is covered as a whole: two approved halves of
 * it are something that nobody has seen.
 */
export function findUncovered({ changes, covered, rendered }: CoverQuestion): string[] {
  const has = (part: "requests" | "files" | "manifests", name: string) =>
    covered.some((one) => Object.hasOwn(one[part], name) && one[part][name] === changes[part][name]);
  const requests = Object.keys(changes.requests).filter((name) => !has("requests", name));
  const manifests = Object.keys(changes.manifests).filter(
    (name) => !rendered.includes(name) && !has("manifests", name),
  );
  return [
    ...requests.map((name) => folderOf(name).path),
    ...Object.keys(changes.files).filter((path) => !has("files", path)),
    ...manifests.map((name) => folderOf(name).manifests),
    ...changes.kept,
  ].toSorted(compareText);
}

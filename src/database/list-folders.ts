import { NAMES, databaseFileOf } from "../layout/database-folder.ts";
import { ENVIRONMENTS } from "../layout/repository.ts";
import type { Tree, TreeEntry } from "../ports/tree.ts";
import { isRegular, refuseMode } from "./file-mode.ts";
import type { Problem } from "../problem/problem.ts";
import { compareBytes } from "../text/order.ts";
import { nearConfig } from "../request/request-folder.ts";

/** Names of folders below `environments/`, by what lies in them. */
export interface Folders {
  requests: string[];
  /** Files of people and no request, though nothing says that one was retired: the request may have another name. */
  incomplete: string[];
  /** Manifests and no request: it was removed, and the manifests are still there. */
  retired: string[];
  /** Paths beside the folders, such as a link in place of one. */
  others: TreeEntry[];
}

/** Names of all requests, complete or not, sorted bytewise: no two of them may be the same database. */
export function namesOf({ requests, incomplete }: Folders): string[] {
  return [...requests, ...incomplete].toSorted(compareBytes);
}

/** Links and the like that have the name of a folder, or lie beside them. */
export function refuseOthers({ others }: Folders): Problem[] {
  return others.flatMap((entry) => (isRegular(entry.mode) ? [] : (refuseMode(entry) ?? [])));
}

/** Sorts what lies below `environments/`. */
export async function listFolders(tree: Tree): Promise<Folders> {
  const folders: Folders = { requests: [], incomplete: [], retired: [], others: [] };
  for (const [name, files] of await groupByFolder(tree, folders.others)) {
    const generated = files.filter(({ generated: ours }) => ours).map(({ below }) => below);
    const own = files.filter(({ generated: ours }) => !ours).map(({ below }) => below);
    const hasManifests = generated.some((below) => below !== NAMES.lock && below !== NAMES.approval);
    if (own.includes(NAMES.request)) folders.requests.push(name);
    else if (nearConfig(own) !== undefined) folders.incomplete.push(name);
    else if (hasManifests) folders.retired.push(name);
    else if (own.length > 0 && !generated.includes(NAMES.lock)) folders.incomplete.push(name);
  }
  return folders;
}

type Below = Pick<NonNullable<ReturnType<typeof databaseFileOf>>, "below" | "generated">;

async function groupByFolder(tree: Tree, others: TreeEntry[]): Promise<Map<string, Below[]>> {
  const groups = new Map<string, Below[]>();
  for (const entry of await tree.entries(ENVIRONMENTS)) {
    const file = databaseFileOf(entry.path);
    if (file === null) others.push(entry);
    else if (groups.get(file.database)?.push(file) === undefined) groups.set(file.database, [file]);
  }
  return groups;
}

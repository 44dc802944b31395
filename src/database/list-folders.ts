import { NAMES, placeOf } from "../layout/database-folder.ts";
import { ENVIRONMENTS } from "../layout/repository.ts";
import type { Tree } from "../ports/tree.ts";
import { nearConfig } from "../request/request-folder.ts";

/** Names of folders below `environments/`, by what lies in them. */
export interface Folders {
  requests: string[];
  /** Files of people and no request, though nothing says that one was retired: the request may have another name. */
  incomplete: string[];
  /** Manifests and no request: it was removed, and the manifests are still there. */
  retired: string[];
  /** Paths beside the folders, such as a link in place of one. */
  others: string[];
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

type Below = Pick<NonNullable<ReturnType<typeof placeOf>>, "below" | "generated">;

async function groupByFolder(tree: Tree, others: string[]): Promise<Map<string, Below[]>> {
  const groups = new Map<string, Below[]>();
  for (const path of await tree.list(ENVIRONMENTS)) {
    const place = placeOf(path);
    if (place === null) others.push(path);
    else groups.set(place.database, [...(groups.get(place.database) ?? []), place]);
  }
  return groups;
}

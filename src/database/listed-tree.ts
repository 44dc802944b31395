import type { Tree, TreeEntry } from "../ports/tree.ts";
import { compareBytes } from "../text/order.ts";
import { decodeFile, requireRegular, requireUnlike } from "./unreadable-file.ts";

/** Where a tree that can be listed comes from, such as git's objects. */
export interface TreeSource<Entry extends TreeEntry> {
  /** Everything below a folder of the top, or the one entry that has its name; in any order. Asked once per folder. */
  list(top: string): Promise<Entry[]>;
  /** The bytes of a regular file. Throws `UnreadableFile` for too many of them, if it can tell before it reads. */
  read(entry: Entry): Promise<Buffer>;
}

/** A tree over listings: each folder of the top is listed once, and searched from then on. */
export function openListedTree<Entry extends TreeEntry>(source: TreeSource<Entry>): Tree<Entry> {
  const listings = new Map<string, Promise<Listing<Entry>>>();
  const listingOf = (path: string): Promise<Listing<Entry>> => {
    const top = path.split("/", 1)[0]!;
    const listing = listings.get(top) ?? source.list(top).then(indexEntries);
    listings.set(top, listing);
    return listing;
  };
  return {
    entries: async (folder) => inside(await listingOf(folder), folder),
    read: async (path) => {
      const entry = find(await listingOf(path), path);
      return entry === null ? null : decodeFile(path, await source.read(entry));
    },
  };
}

interface Listing<Entry> {
  /** Sorted bytewise by path. */
  sorted: Entry[];
  byPath: ReadonlyMap<string, Entry>;
}

function indexEntries<Entry extends TreeEntry>(entries: readonly Entry[]): Listing<Entry> {
  const sorted = entries.toSorted((a, b) => compareBytes(a.path, b.path));
  const byPath = new Map(sorted.map((entry) => [entry.path, entry]));
  if (byPath.size < sorted.length) requireUnlike(sorted);
  return { sorted, byPath };
}

function inside<Entry extends TreeEntry>({ sorted, byPath }: Listing<Entry>, folder: string): Entry[] {
  const itself = byPath.get(folder);
  if (itself !== undefined) return [itself];
  const prefix = `${folder}/`;
  const start = firstAtLeast(sorted, prefix);
  let end = start;
  while (end < sorted.length && sorted[end]!.path.startsWith(prefix)) end += 1;
  return sorted.slice(start, end);
}

/** Index of the first entry that is not before a path. */
function firstAtLeast(sorted: readonly TreeEntry[], path: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(sorted[middle]!.path, path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function find<Entry extends TreeEntry>({ byPath }: Listing<Entry>, path: string): Entry | null {
  const steps = path.split("/");
  for (const index of steps.keys()) {
    const entry = byPath.get(steps.slice(0, index + 1).join("/"));
    if (entry === undefined) continue;
    requireRegular(entry);
    return entry.path === path ? entry : null;
  }
  return null;
}

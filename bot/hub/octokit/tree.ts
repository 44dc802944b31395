import { SeedbedError } from "../../../src/problem/error.ts";
import { openListedTree } from "../../../src/database/listed-tree.ts";
import { requireSmall } from "../../../src/database/unreadable-file.ts";
import type { HubTree } from "../hub.ts";
import type { Calls } from "./calls.ts";

interface Entry {
  path: string;
  mode: string;
  type: string;
  sha: string;
  size: number;
}

/** Git objects never change, so they are kept once read or requested; the oldest are dropped first. */
export interface ObjectCache {
  /** From a commit to its tree. */
  commits: Map<string, Promise<string>>;
  trees: Map<string, Promise<Entry[]>>;
  blobs: Map<string, Promise<Buffer>>;
}

export function createObjectCache(): ObjectCache {
  return { commits: new Map(), trees: new Map(), blobs: new Map() };
}

const KEPT = 4000;

type HubEntry = Awaited<ReturnType<HubTree["entries"]>>[number] & { size: number };

/** The files of one commit, read through the git data API. */
export async function openHubTree(calls: Calls, cache: ObjectCache, commit: string): Promise<HubTree> {
  const top = await readTopTree(calls, cache, commit);
  const list = async (name: string): Promise<HubEntry[]> => {
    const entry = (await readTree(calls, cache, { sha: top, recursive: false })).find(({ path }) => path === name);
    if (!entry) return [];
    if (entry.type !== "tree") return [viewEntry(entry)];
    const entries = await readTree(calls, cache, { sha: entry.sha, recursive: true });
    const files = entries.filter(({ type }) => type !== "tree");
    return files.map((found) => viewEntry({ ...found, path: `${name}/${found.path}` }));
  };
  const read = (entry: HubEntry) => readBlob(calls, cache, entry);
  return { commit, ...openListedTree<HubEntry>({ list, read }) };
}

function viewEntry({ path, mode, sha, size }: Entry): HubEntry {
  return { path, mode, blob: sha, size };
}

function readTopTree(calls: Calls, { commits }: ObjectCache, commit: string): Promise<string> {
  return readOnce(commits, commit, async () => {
    const path = "GET /repos/{owner}/{repo}/git/commits/{commit_sha}";
    return (await calls.octokit.request(path, { ...calls.at, commit_sha: commit })).data.tree.sha;
  });
}

interface WantedTree {
  sha: string;
  recursive: boolean;
}

function readTree(calls: Calls, { trees }: ObjectCache, wanted: WantedTree): Promise<Entry[]> {
  return readOnce(trees, `${wanted.sha} ${wanted.recursive}`, () => requestTree(calls, wanted));
}

async function requestTree(calls: Calls, { sha, recursive }: WantedTree): Promise<Entry[]> {
  const { data } = await calls.octokit.request("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", {
    ...calls.at,
    tree_sha: sha,
    ...(recursive ? { recursive: "1" } : {}),
  });
  if (data.truncated)
    throw new SeedbedError("tree-too-large", `GitHub truncates the listing of tree ${sha}: it has too many files.`, {
      fix: "Keep databases in a repository of their own: environments/ and .github/ may have at most 100,000 files each.",
    });
  return data.tree.map(({ path, mode, type, sha: object, size = 0 }) => ({ path, mode, type, sha: object, size }));
}

function readBlob(calls: Calls, { blobs }: ObjectCache, { path, blob, size }: HubEntry): Promise<Buffer> {
  requireSmall(path, size);
  return readOnce(blobs, blob, async () => {
    const wanted = { ...calls.at, file_sha: blob };
    const { data } = await calls.octokit.request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", wanted);
    return Buffer.from(data.content, "base64");
  });
}

/** Returns the known or pending answer: databases that are read in parallel need the same objects. */
async function readOnce<T>(map: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const reading = read();
  map.set(key, reading);
  const oldest = map.size > KEPT ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
  try {
    return await reading;
  } catch (error) {
    // A failed request is sent again next time.
    map.delete(key);
    throw error;
  }
}

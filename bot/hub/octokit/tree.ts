import { SeedbedError } from "../../../src/problem/error.ts";
import { compareBytes } from "../../../src/text/order.ts";
import { decodeFile } from "../../../src/database/unreadable-file.ts";
import type { HubTree } from "../git.ts";
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
  blobs: Map<string, Promise<string>>;
}

export function createObjectCache(): ObjectCache {
  return { commits: new Map(), trees: new Map(), blobs: new Map() };
}

const LARGEST_FILE = 2 * 1024 * 1024;
const KEPT = 4000;

/** The files of one commit, read through the git data API. */
export async function openHubTree(calls: Calls, cache: ObjectCache, commit: string): Promise<HubTree> {
  const top = await readTopTree(calls, cache, commit);
  const below = async (folder: string): Promise<Entry[]> => {
    const name = folder.split("/")[0]!;
    const entry = (await readTree(calls, cache, { sha: top, recursive: false })).find(({ path }) => path === name);
    if (!entry) return [];
    if (entry.type !== "tree") return [entry];
    const entries = await readTree(calls, cache, { sha: entry.sha, recursive: true });
    return entries.filter(({ type }) => type !== "tree").map((found) => ({ ...found, path: `${name}/${found.path}` }));
  };
  const inside = async (folder: string) =>
    (await below(folder)).filter(({ path }) => path === folder || path.startsWith(`${folder}/`)).sort(byBytes);
  return {
    commit,
    entries: async (folder) => (await inside(folder)).map(({ path, mode, sha }) => ({ path, mode, blob: sha })),
    list: async (folder) => (await inside(folder)).filter(isRegular).map(({ path }) => path),
    read: async (path) => {
      const entry = (await below(path)).find((candidate) => candidate.path === path);
      return entry === undefined ? null : readText(calls, cache, { entry, commit });
    },
  };
}

function readTopTree(calls: Calls, { commits }: ObjectCache, commit: string): Promise<string> {
  return readOnce(commits, commit, async () => {
    const path = "GET /repos/{owner}/{repo}/git/commits/{commit_sha}";
    return (await calls.octokit.request(path, { ...calls.at, commit_sha: commit })).data.tree.sha;
  });
}

function isRegular({ mode }: Entry): boolean {
  return mode === "100644" || mode === "100755";
}

function byBytes(a: Entry, b: Entry): number {
  return compareBytes(a.path, b.path);
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

async function readText(
  calls: Calls,
  { blobs }: ObjectCache,
  { entry, commit }: { entry: Entry; commit: string },
): Promise<string> {
  const { path, sha, size } = entry;
  if (!isRegular(entry))
    throw new SeedbedError("not-a-regular-file", `${path} at ${commit} is a link or a submodule.`, {
      fix: `Replace ${path} with a regular file: reviewers must see the content that is used.`,
    });
  if (size > LARGEST_FILE)
    throw new SeedbedError("file-too-large", `${path} at ${commit} has ${size} bytes, more than 2 MiB.`, {
      fix: `Make ${path} smaller.`,
    });
  return readOnce(blobs, sha, async () => {
    const blob = { ...calls.at, file_sha: sha };
    const { data } = await calls.octokit.request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", blob);
    return decodeFile(path, Buffer.from(data.content, "base64"));
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

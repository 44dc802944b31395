import { SeedbedError } from "../../src/error.ts";
import { compareBytes } from "../../src/order.ts";
import { decodeFile } from "../../src/unreadable-file.ts";
import type { HubTree } from "../hub.ts";
import type { Calls } from "./octokit-calls.ts";

interface Entry {
  path: string;
  mode: string;
  type: string;
  sha: string;
  size: number;
}

/** Git objects never change, so they are kept once read; the oldest are dropped first. */
export interface ObjectCache {
  /** From a commit to its tree. */
  commits: Map<string, string>;
  trees: Map<string, Entry[]>;
  blobs: Map<string, string>;
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

async function readTopTree(calls: Calls, { commits }: ObjectCache, commit: string): Promise<string> {
  const known = commits.get(commit);
  if (known !== undefined) return known;
  const { data } = await calls.octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    ...calls.at,
    commit_sha: commit,
  });
  keep(commits, commit, data.tree.sha);
  return data.tree.sha;
}

function isRegular({ mode }: Entry): boolean {
  return mode === "100644" || mode === "100755";
}

function byBytes(a: Entry, b: Entry): number {
  return compareBytes(a.path, b.path);
}

async function readTree(
  calls: Calls,
  { trees }: ObjectCache,
  { sha, recursive }: { sha: string; recursive: boolean },
): Promise<Entry[]> {
  const key = `${sha} ${recursive}`;
  const known = trees.get(key);
  if (known) return known;
  const { data } = await calls.octokit.request("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", {
    ...calls.at,
    tree_sha: sha,
    ...(recursive ? { recursive: "1" } : {}),
  });
  if (data.truncated)
    throw new SeedbedError("tree-too-large", `GitHub truncates the listing of tree ${sha}: it has too many files.`, {
      fix: "Keep databases in a repository of their own: environments/ and .github/ may have at most 100,000 files each.",
    });
  const entries = data.tree.map(({ path, mode, type, sha: object, size = 0 }) => ({
    path,
    mode,
    type,
    sha: object,
    size,
  }));
  keep(trees, key, entries);
  return entries;
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
  const known = blobs.get(sha);
  if (known !== undefined) return known;
  if (size > LARGEST_FILE)
    throw new SeedbedError("file-too-large", `${path} at ${commit} has ${size} bytes, more than 2 MiB.`, {
      fix: `Make ${path} smaller.`,
    });
  const { data } = await calls.octokit.request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", {
    ...calls.at,
    file_sha: sha,
  });
  const text = decodeFile(path, Buffer.from(data.content, "base64"));
  keep(blobs, sha, text);
  return text;
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const oldest = map.size > KEPT ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}

import { SeedbedError } from "../problem/error.ts";
import type { GitHubRepository } from "./client.ts";

/** An entry of a git tree; `type` is `blob`, `tree` or `commit`, `size` the bytes of a blob. */
export interface GitEntry {
  path: string;
  mode: string;
  type: string;
  sha: string;
  size: number;
}

/** The git objects of a repository. They never change, so they are kept once read or requested; the oldest are dropped first. */
export interface GitObjects {
  /** A commit's tree. */
  treeOf(commit: string): Promise<string>;
  /** A tree's own entries, or with `recursive` all below it, their paths from that tree on. */
  entries(tree: string, recursive: boolean): Promise<GitEntry[]>;
  blob(sha: string): Promise<Buffer>;
}

/** Reads objects through the git data API. */
export function readObjects({ octokit, at }: GitHubRepository): GitObjects {
  const commits = new Map<string, Promise<string>>();
  const trees = new Map<string, Promise<GitEntry[]>>();
  const blobs = new Map<string, Promise<Buffer>>();
  const get = async <T>(route: string, parameters: object) =>
    (await octokit.request(`GET /repos/{owner}/{repo}/git/${route}`, { ...at, ...parameters })).data as T;
  return {
    treeOf: (commit) =>
      readOnce(commits, commit, async () => {
        const found = await get<{ tree: { sha: string } }>("commits/{commit_sha}", { commit_sha: commit });
        return found.tree.sha;
      }),
    entries: (tree, recursive) =>
      readOnce(trees, `${tree} ${recursive}`, async () => {
        const how = recursive ? { recursive: "1" } : {};
        return viewTree(tree, await get<TreeView>("trees/{tree_sha}", { tree_sha: tree, ...how }));
      }),
    blob: (sha) =>
      readOnce(blobs, sha, async () => {
        const { content } = await get<{ content: string }>("blobs/{file_sha}", { file_sha: sha });
        return Buffer.from(content, "base64");
      }),
  };
}

interface TreeView {
  tree: (Omit<GitEntry, "size"> & { size?: number })[];
  truncated: boolean;
}

function viewTree(sha: string, { tree, truncated }: TreeView): GitEntry[] {
  if (truncated)
    throw new SeedbedError("tree-too-large", `GitHub truncates the listing of tree ${sha}: it has too many files.`, {
      fix: "Keep databases in a repository of their own: environments/ and .github/ may have at most 100,000 files each.",
    });
  return tree.map(({ path, mode, type, sha: object, size = 0 }) => ({ path, mode, type, sha: object, size }));
}

const KEPT = 4000;

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

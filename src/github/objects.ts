import { SeedbedError } from "../problem/error.ts";
import type { GitHubRepository } from "./client.ts";
import { readOnce } from "./read-once.ts";

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
  /** A commit's parents, the first one first. */
  parentsOf(commit: string): Promise<string[]>;
  /** A tree's own entries, or with `recursive` all below it, their paths from that tree on. */
  entries(tree: string, recursive: boolean): Promise<GitEntry[]>;
  blob(sha: string): Promise<Buffer>;
}

/** Reads objects through the git data API. */
export function readObjects({ octokit, at }: GitHubRepository): GitObjects {
  const commits = new Map<string, Promise<CommitView>>();
  const trees = new Map<string, Promise<GitEntry[]>>();
  const blobs = new Map<string, Promise<Buffer>>();
  const get = async <T>(route: string, parameters: object) =>
    (await octokit.request(`GET /repos/{owner}/{repo}/git/${route}`, { ...at, ...parameters })).data as T;
  const readCommit = (commit: string) =>
    readOnce(commits, commit, () => get<CommitView>("commits/{commit_sha}", { commit_sha: commit }));
  return {
    treeOf: async (commit) => (await readCommit(commit)).tree.sha,
    parentsOf: async (commit) => (await readCommit(commit)).parents.map(({ sha }) => sha),
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

interface CommitView {
  tree: { sha: string };
  parents: { sha: string }[];
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

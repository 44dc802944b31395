import { SeedbedError } from "../problem/error.ts";
import type { GitHubRepository } from "./client.ts";
import { ObjectCache } from "./object-cache.ts";

/** An entry of a git tree; `type` is `blob`, `tree` or `commit`, `size` the bytes of a blob. */
export interface GitEntry {
  path: string;
  mode: string;
  type: string;
  sha: string;
  size: number;
}

/** The git objects of a repository. They never change, so they are kept once read or requested, within limits of memory. */
export interface GitObjects {
  /** A commit's tree. */
  treeOf(commit: string): Promise<string>;
  /** A commit's parents, the first one first. */
  parentsOf(commit: string): Promise<string[]>;
  /** A tree's own entries, or with `recursive` all below it, their paths from that tree on. */
  entries(tree: string, recursive: boolean): Promise<GitEntry[]>;
  blob(sha: string): Promise<Buffer>;
}

/** An entry takes some 300 bytes, and every stranger's pull request brings new trees and blobs. */
const KEPT = { commits: 8000, entries: 200_000, bytes: 64 * 1024 * 1024 };

/** Reads objects through the git data API. */
export function readObjects({ octokit, at }: GitHubRepository): GitObjects {
  const commits = new ObjectCache<GitCommit>({ most: KEPT.commits, weigh: ({ parents }) => parents.length + 1 });
  const trees = new ObjectCache<GitEntry[]>({ most: KEPT.entries, weigh: (entries) => entries.length + 1 });
  const blobs = new ObjectCache<Buffer>({ most: KEPT.bytes, weigh: (bytes) => bytes.length + 1 });
  const get = async <T>(route: string, parameters: object) =>
    (await octokit.request(`GET /repos/{owner}/{repo}/git/${route}`, { ...at, ...parameters })).data as T;
  const readCommit = (commit: string) =>
    commits.read(commit, async () => viewCommit(await get<CommitView>("commits/{commit_sha}", { commit_sha: commit })));
  return {
    treeOf: async (commit) => (await readCommit(commit)).tree,
    parentsOf: async (commit) => (await readCommit(commit)).parents,
    entries: (tree, recursive) =>
      trees.read(`${tree} ${recursive}`, async () => {
        const how = recursive ? { recursive: "1" } : {};
        return viewTree(tree, await get<TreeView>("trees/{tree_sha}", { tree_sha: tree, ...how }));
      }),
    blob: (sha) =>
      blobs.read(sha, async () => {
        const { content } = await get<{ content: string }>("blobs/{file_sha}", { file_sha: sha });
        return Buffer.from(content, "base64");
      }),
  };
}

interface CommitView {
  tree: { sha: string };
  parents: { sha: string }[];
}

/** Of a commit, whose message may be long, only this is kept. */
interface GitCommit {
  tree: string;
  parents: string[];
}

function viewCommit({ tree, parents }: CommitView): GitCommit {
  return { tree: tree.sha, parents: parents.map(({ sha }) => sha) };
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

import { SeedbedError } from "../problem/error.ts";
import type { GitHubRepository } from "./client.ts";
import { readOnce } from "./read-once.ts";
import { RecentlyUsed } from "./recently-used.ts";

/** An entry of a git tree; `type` is `blob`, `tree` or `commit`, `size` the bytes of a blob. */
export interface GitEntry {
  path: string;
  mode: string;
  type: string;
  sha: string;
  size: number;
}

/** The git objects of a repository. They never change, so they are kept once read or requested. */
export interface GitObjects {
  /** A commit's tree. */
  treeOf(commit: string): Promise<string>;
  /** A commit's parents, the first one first. */
  parentsOf(commit: string): Promise<string[]>;
  /** A tree's own entries, or with `recursive` all below it, their paths from that tree on. */
  entries(tree: string, recursive: boolean): Promise<GitEntry[]>;
  blob(sha: string): Promise<Buffer>;
}

/** What is kept at most: bytes of blobs, bytes of listings, commits. */
const KEPT = { blobs: 64 * 1024 * 1024, listings: 128 * 1024 * 1024, commits: 20_000 };
/** About the bytes of an entry of its own, and of one more place that refers to it: strangers choose how many there are. */
const WEIGHT = { own: 300, shared: 8 };

/** Reads objects through the git data API. */
export function readObjects({ octokit, at }: GitHubRepository): GitObjects {
  const commits = new RecentlyUsed<Promise<CommitView>>(KEPT.commits);
  const trees = new RecentlyUsed<Promise<Listing>>(KEPT.listings);
  const blobs = new RecentlyUsed<Promise<Buffer>>(KEPT.blobs);
  const same = new SameEntries();
  const get = async <T>(route: string, parameters: object) =>
    (await octokit.request(`GET /repos/{owner}/{repo}/git/${route}`, { ...at, ...parameters })).data as T;
  const readCommit = (commit: string) =>
    readOnce({ kept: commits, key: commit, weigh: () => 1 }, async () =>
      viewCommit(await get<CommitView>("commits/{commit_sha}", { commit_sha: commit })),
    );
  return {
    treeOf: async (commit) => (await readCommit(commit)).tree.sha,
    parentsOf: async (commit) => (await readCommit(commit)).parents.map(({ sha }) => sha),
    entries: async (tree, recursive) => {
      const key = `${tree} ${recursive}`;
      const { entries } = await readOnce({ kept: trees, key, weigh: ({ bytes }) => bytes }, async () => {
        const how = recursive ? { recursive: "1" } : {};
        return viewTree(tree, await get<TreeView>("trees/{tree_sha}", { tree_sha: tree, ...how }), same);
      });
      return entries;
    },
    blob: (sha) =>
      readOnce({ kept: blobs, key: sha, weigh: ({ length }) => length }, async () => {
        const { content } = await get<{ content: string }>("blobs/{file_sha}", { file_sha: sha });
        return Buffer.from(content, "base64");
      }),
  };
}

/** Of a commit, whose message may be long, only this is kept. */
function viewCommit({ tree, parents }: CommitView): CommitView {
  return { tree: { sha: tree.sha }, parents: parents.map(({ sha }) => ({ sha })) };
}

interface CommitView {
  tree: { sha: string };
  parents: { sha: string }[];
}

interface TreeView {
  tree: (Omit<GitEntry, "size"> & { size?: number })[];
  truncated: boolean;
}

/** A tree's entries, and about how much memory keeping them takes. */
interface Listing {
  entries: GitEntry[];
  bytes: number;
}

function viewTree(sha: string, { tree, truncated }: TreeView, same: SameEntries): Listing {
  if (truncated)
    throw new SeedbedError("tree-too-large", `GitHub truncates the listing of tree ${sha}: it has too many files.`, {
      fix: "Keep databases in a repository of their own: environments/ and .github/ may have at most 100,000 files each.",
    });
  const own = tree.map(({ path, mode, type, sha: object, size = 0 }) => ({ path, mode, type, sha: object, size }));
  const entries = own.map((entry) => same.of(entry));
  const added = entries.filter((entry, index) => entry === own[index]).length;
  return { entries, bytes: entries.length * WEIGHT.shared + added * WEIGHT.own };
}

/** Branches have nearly the same entries as main: each is kept once, however many trees have it. */
class SameEntries {
  private readonly latest = new Map<string, GitEntry>();

  of(entry: GitEntry): GitEntry {
    const known = this.latest.get(entry.path);
    if (known?.sha === entry.sha && known.mode === entry.mode) return known;
    // Whoever pushes chooses the paths.
    if (this.latest.size >= 200_000) this.latest.clear();
    this.latest.set(entry.path, entry);
    return entry;
  }
}

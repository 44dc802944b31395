import { openListedTree } from "../../database/listed-tree.ts";
import type { MainCommit, MainReader } from "../../ports/main-reader.ts";
import type { TreeEntry } from "../../ports/tree.ts";
import { SeedbedError } from "../../problem/error.ts";
import type { GitHubClient } from "./client.ts";

interface Entry {
  path: string;
  mode: string;
  type: string;
  sha: string;
}

/** Reads the default branch from git objects, by REST: one commit, then only what that commit names. */
export function readGitHub(client: GitHubClient): MainReader {
  const objects = new Map<string, Promise<unknown>>();
  // Objects never change, so waiting for a permit only needs the branch and its new objects.
  const object: ReadObject = <T>(path: string) => {
    const known = objects.get(path) ?? client.get<T>(path).then(({ json }) => json);
    objects.set(path, known);
    return known as Promise<T>;
  };
  return { look: () => look(client, object) };
}

/** A git object by its path in the REST API. */
type ReadObject = <T>(path: string) => Promise<T>;

async function look(client: GitHubClient, object: ReadObject): Promise<MainCommit> {
  const { json: repository } = await client.get<{ id: number; full_name: string; default_branch: string }>("");
  const { full_name: name, default_branch: defaultBranch } = repository;
  const ref = await client.get<{ object: { sha: string } }>(`/git/ref/heads/${encodePath(defaultBranch)}`);
  // GitHub's clock decides whether a permit has expired.
  if (Number.isNaN(ref.date))
    throw new SeedbedError("github-no-date", "GitHub's response has no Date header.", {
      fix: "Configure the proxy between runner and GitHub so that it keeps the Date header.",
    });
  const tip = ref.json.object.sha;
  const commit = await object<{ tree: { sha: string } }>(`/git/commits/${tip}`);
  return {
    repository: { id: String(repository.id), name, defaultBranch },
    tip,
    now: ref.date,
    tree: openListedTree<BlobEntry>({
      list: async (folder) => readBelow(object, await readTree(object, commit.tree.sha), folder),
      read: (entry) => readBlob(object, entry),
    }),
  };
}

type BlobEntry = TreeEntry & { blob: string };

/** Every entry below a folder of the top, or what has its name. */
async function readBelow(object: ReadObject, top: Entry[], folder: string): Promise<BlobEntry[]> {
  const entry = top.find(({ path }) => path === folder);
  if (entry === undefined) return [];
  if (entry.type !== "tree") return [viewEntry(entry)];
  const below = await readTree(object, `${entry.sha}?recursive=1`);
  const files = below.filter(({ type }) => type !== "tree");
  return files.map((file) => viewEntry({ ...file, path: `${folder}/${file.path}` }));
}

function viewEntry({ path, mode, sha }: Entry): BlobEntry {
  return { path, mode, blob: sha };
}

async function readTree(object: ReadObject, tree: string): Promise<Entry[]> {
  const { tree: entries, truncated } = await object<{ tree: Entry[]; truncated: boolean }>(`/git/trees/${tree}`);
  if (!truncated) return entries;
  throw new SeedbedError("github-tree-truncated", "The repository has more files than GitHub lists in one response.", {
    fix: "Keep requests in a separate repository.",
  });
}

async function readBlob(object: ReadObject, { blob }: BlobEntry): Promise<Buffer> {
  const { content } = await object<{ content: string }>(`/git/blobs/${blob}`);
  return Buffer.from(content, "base64");
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

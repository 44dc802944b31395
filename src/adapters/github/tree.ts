import { SeedbedError } from "../../problem/error.ts";
import type { MainFile, MainNow, MainReader } from "../../door/main-now.ts";
import { NAMES } from "../../layout/database-folder.ts";
import { ENVIRONMENTS, SETTINGS_PATH } from "../../layout/repository.ts";
import { decodeUtf8 } from "../../text/utf8.ts";
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
  return { look: (database) => look({ client, object }, database) };
}

/** A git object by its path in the REST API. */
type ReadObject = <T>(path: string) => Promise<T>;

async function look(
  { client, object }: { client: GitHubClient; object: ReadObject },
  database: string,
): Promise<MainNow> {
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
  const top = await readTree(object, commit.tree.sha);
  const below = await readBelow(object, top, ENVIRONMENTS);
  const settings = (await readBelow(object, top, ".github")).find(({ path }) => `.github/${path}` === SETTINGS_PATH);
  return {
    repository: { id: String(repository.id), name, defaultBranch },
    tip,
    now: ref.date,
    databases: listDatabases(below),
    settings: settings === undefined ? null : (await readEntry(object, settings)).text,
    files: await readFiles(object, below, database),
  };
}

/** Every entry below a folder, its path from that folder on; empty where there is no such folder. */
async function readBelow(object: ReadObject, top: Entry[], folder: string): Promise<Entry[]> {
  const entry = top.find(({ path, type }) => path === folder && type === "tree");
  return entry === undefined ? [] : await readTree(object, `${entry.sha}?recursive=1`);
}

async function readTree(object: ReadObject, tree: string): Promise<Entry[]> {
  const { tree: entries, truncated } = await object<{ tree: Entry[]; truncated: boolean }>(`/git/trees/${tree}`);
  if (!truncated) return entries;
  throw new SeedbedError("github-tree-truncated", "The repository has more files than GitHub lists in one response.", {
    fix: "Keep requests in a separate repository.",
  });
}

function listDatabases(entries: Entry[]): string[] {
  return entries
    .map(({ path }) => path.split("/"))
    .flatMap(([database = "", name, ...deeper]) => (name === NAMES.request && deeper.length === 0 ? [database] : []))
    .toSorted();
}

async function readFiles(object: ReadObject, entries: Entry[], database: string): Promise<Record<string, MainFile>> {
  const prefix = `${database}/`;
  const files: Record<string, MainFile> = {};
  for (const entry of entries) {
    if (!entry.path.startsWith(prefix) || entry.type === "tree") continue;
    const path = entry.path.slice(prefix.length);
    if (!path.startsWith(`${NAMES.manifests}/`)) files[path] = await readEntry(object, entry);
  }
  return files;
}

async function readEntry(object: ReadObject, { mode, sha }: Entry): Promise<MainFile> {
  if (mode !== "100644") return { mode, text: null };
  const { content } = await object<{ content: string }>(`/git/blobs/${sha}`);
  return { mode, text: decodeUtf8(Buffer.from(content, "base64")) };
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

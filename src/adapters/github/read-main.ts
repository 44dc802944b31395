import { NAMES, placeOf } from "../../layout/database-folder.ts";
import { ENVIRONMENTS, SETTINGS_PATH } from "../../layout/repository.ts";
import { UnreadableFile } from "../../database/unreadable-file.ts";
import type { MainFile, MainNow, MainReader } from "../../door/main-now.ts";
import type { GitHubRepository } from "../../github/client.ts";
import { requireDate } from "../../github/date.ts";
import { readObjects, type GitObjects } from "../../github/objects.ts";
import { openCommitTree, type CommitTree } from "../../github/tree.ts";

/** Reads the default branch from git objects, by REST: one commit, then only what that commit names. */
export function readMain(repository: GitHubRepository): MainReader {
  // Objects never change, so waiting for a permit only needs the branch and its new objects.
  const objects = readObjects(repository);
  return { look: (database) => look(repository, objects, database) };
}

async function look({ octokit, at }: GitHubRepository, objects: GitObjects, database: string): Promise<MainNow> {
  const found = (await octokit.request("GET /repos/{owner}/{repo}", at)).data as RepositoryView;
  const { id, full_name: name, default_branch: defaultBranch } = found;
  const branch = { ...at, ref: `heads/${defaultBranch}` };
  const ref = await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", branch);
  // GitHub's clock decides whether a permit has expired.
  const now = requireDate(ref.headers);
  const tip = (ref.data as RefView).object.sha;
  const tree = await openCommitTree(objects, tip);
  const entries = await tree.entries(ENVIRONMENTS);
  return {
    repository: { id: String(id), name, defaultBranch },
    tip,
    now,
    databases: listDatabases(entries),
    settings: await readSettings(tree),
    files: await readFiles(tree, entries, database),
  };
}

interface RepositoryView {
  id: number;
  full_name: string;
  default_branch: string;
}

interface RefView {
  object: { sha: string };
}

type Entry = Awaited<ReturnType<CommitTree["entries"]>>[number];

function listDatabases(entries: Entry[]): string[] {
  return entries
    .map(({ path }) => placeOf(path))
    .flatMap((place) => (place?.below === NAMES.request ? [place.database] : []))
    .toSorted();
}

async function readSettings(tree: CommitTree): Promise<string | null> {
  const [entry] = await tree.entries(SETTINGS_PATH);
  return entry === undefined ? null : (await readEntry(tree, entry)).text;
}

async function readFiles(tree: CommitTree, entries: Entry[], database: string): Promise<Record<string, MainFile>> {
  const files: Record<string, MainFile> = {};
  for (const entry of entries) {
    const place = placeOf(entry.path);
    if (place?.database !== database || place.below.startsWith(`${NAMES.manifests}/`)) continue;
    files[place.below] = await readEntry(tree, entry);
  }
  return files;
}

async function readEntry(tree: CommitTree, { path, mode }: Entry): Promise<MainFile> {
  if (mode !== "100644") return { mode, text: null };
  try {
    return { mode, text: await tree.read(path) };
  } catch (error) {
    if (error instanceof UnreadableFile) return { mode, text: null };
    throw error;
  }
}

import type { GitHubRepository } from "../../github/client.ts";
import { requireDate } from "../../github/date.ts";
import { readObjects, type GitObjects } from "../../github/objects.ts";
import { openCommitTree } from "../../github/tree.ts";
import type { MainCommit, MainReader } from "../../ports/main-reader.ts";

/** Reads the default branch from git objects, by REST: one commit, then only what that commit names. */
export function readMain(repository: GitHubRepository): MainReader {
  // Objects never change, so waiting for a permit only needs the branch and its new objects.
  const objects = readObjects(repository);
  return { read: () => readTip(repository, objects) };
}

async function readTip({ octokit, at }: GitHubRepository, objects: GitObjects): Promise<MainCommit> {
  const found = (await octokit.request("GET /repos/{owner}/{repo}", at)).data as RepositoryView;
  const { id, full_name: name, default_branch: defaultBranch } = found;
  const branch = { ...at, ref: `heads/${defaultBranch}` };
  const ref = await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", branch);
  // GitHub's clock decides whether a permit has expired.
  const now = requireDate(ref.headers);
  const tip = (ref.data as RefView).object.sha;
  return {
    repository: { id: String(id), name, defaultBranch },
    tip,
    now,
    tree: await openCommitTree(objects, tip),
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

import type { BranchChange, CommitFacts, HubGit, PersonFacts } from "../git.ts";
import { asRefusal, orNull, writeOnce, type Calls } from "./calls.ts";
import { asRequestError } from "../../../src/github/failure.ts";
import type { GitObjects } from "../../../src/github/objects.ts";
import { readOnce } from "../../../src/github/read-once.ts";
import { RecentlyUsed } from "../../../src/github/recently-used.ts";
import { openCommitTree } from "../../../src/github/tree.ts";

interface CommitView {
  sha: string;
  parents: { sha: string }[];
  commit: { message: string };
  author: unknown;
  committer: unknown;
}

/** So many comparisons of commits are kept. */
const COMPARED = 20_000;

/** Commits, trees and branches through the REST API. */
export function createHubGit(calls: Calls, objects: GitObjects): HubGit {
  const { octokit, at } = calls;
  const compared = new RecentlyUsed<Promise<{ mergeBase: string; status: string }>>(COMPARED);
  // Of two commits, never of branches: the answer stays the same.
  const compare = (base: string, head: string) =>
    readOnce({ kept: compared, key: `${base}...${head}`, weigh: () => 1 }, async () => {
      const options = { ...at, basehead: `${base}...${head}`, per_page: 1 };
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", options);
      return { mergeBase: data.merge_base_commit.sha, status: data.status };
    });
  return {
    head: (branch) => readHead(calls, branch),
    branches: (prefix) => listBranches(calls, prefix),
    treeAt: (commit) => openCommitTree(objects, commit),
    history: async ({ ref, path, limit }) => {
      const options = { ...at, sha: ref, ...(path === undefined ? {} : { path }), per_page: Math.min(100, limit) };
      const found: CommitFacts[] = [];
      for await (const page of octokit.paginate.iterator("GET /repos/{owner}/{repo}/commits", options)) {
        found.push(...page.data.map(viewCommit));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
    parents: (commit) => objects.parentsOf(commit),
    mergeBase: async (base, head) => (base === head ? base : (await compare(base, head)).mergeBase),
    isAncestor: async (ancestor, descendant) => {
      if (ancestor === descendant) return true;
      const { status } = await compare(ancestor, descendant);
      return status === "ahead" || status === "identical";
    },
    commitFiles: (change) => commitFiles(calls, change),
    createBranch: (name, sha) => createBranch(calls, name, sha),
  };
}

async function readHead(calls: Calls, branch: string): Promise<string | null> {
  const answer = await orNull(
    calls.octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...calls.at, ref: `heads/${branch}` }),
  );
  return answer?.data.object.sha ?? null;
}

/** GitHub's answer has no pages. */
async function listBranches({ octokit, at }: Calls, prefix: string): Promise<{ name: string; head: string }[]> {
  const path = "GET /repos/{owner}/{repo}/git/matching-refs/{ref}";
  const { data } = await octokit.request(path, { ...at, ref: `heads/${prefix}` });
  return data.map(({ ref, object }) => ({ name: ref.slice("refs/heads/".length), head: object.sha }));
}

/** Facts about a commit; author and committer are the accounts that GitHub attributes it to. */
export function viewCommit({ sha, parents, commit, author, committer }: CommitView): CommitFacts {
  return {
    sha,
    parents: parents.map((parent) => parent.sha),
    message: commit.message,
    author: viewPerson(author),
    committer: viewPerson(committer),
  };
}

/** An account, or null if GitHub does not name one. */
export function viewPerson(account: unknown): PersonFacts | null {
  const { id, login, type = "" } = (account ?? {}) as { id?: number; login?: string; type?: string };
  return id === undefined || login === undefined ? null : { id: String(id), login, type };
}

async function commitFiles(calls: Calls, change: BranchChange): Promise<{ sha: string } | "moved"> {
  const commit = await createCommit(calls, change).catch((error: unknown) => {
    throw asRefusal(`a commit on ${change.branch}`, error);
  });
  // If the branch was forced back meanwhile, this commit could be a fast-forward that restores the removed commits.
  if ((await readHead(calls, change.branch)) !== change.expectedHead) return "moved";
  return moveBranch(calls, change, commit);
}

async function createCommit(calls: Calls, { expectedHead, message, write, remove }: BranchChange): Promise<string> {
  const { octokit, at } = calls;
  const { data: head } = await octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    ...at,
    commit_sha: expectedHead,
  });
  const file = { mode: "100644" as const, type: "blob" as const };
  const tree = [
    ...write.map(({ path, text }) => ({ path, ...file, content: text })),
    ...remove.map((path) => ({ path, ...file, sha: null })),
  ];
  // Git objects are identified by their content: creating one twice after a lost answer is harmless.
  const again = { find: () => Promise.resolve(null) };
  const made = await writeOnce(calls, {
    ...again,
    write: () => octokit.request("POST /repos/{owner}/{repo}/git/trees", { ...at, base_tree: head.tree.sha, tree }),
  });
  const commit = await writeOnce(calls, {
    ...again,
    write: () =>
      octokit.request("POST /repos/{owner}/{repo}/git/commits", {
        ...at,
        message,
        tree: made.data.sha,
        parents: [expectedHead],
      }),
  });
  return commit.data.sha;
}

async function moveBranch(calls: Calls, change: BranchChange, sha: string): Promise<{ sha: string } | "moved"> {
  const { octokit, at } = calls;
  try {
    return await writeOnce<{ sha: string } | "moved">(calls, {
      write: async () => {
        const options = { ...at, ref: `heads/${change.branch}`, sha, force: false };
        await octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", options);
        return { sha };
      },
      find: async () => {
        const head = await readHead(calls, change.branch);
        if (head === sha) return { sha };
        return head === change.expectedHead ? null : "moved";
      },
    });
  } catch (error) {
    const failed = asRequestError(error);
    if (failed?.status === 422 && /fast forward|does not exist/i.test(failed.message)) return "moved";
    throw asRefusal(`a commit on ${change.branch}`, error);
  }
}

async function createBranch(calls: Calls, name: string, sha: string): Promise<void> {
  const write = async () => {
    await calls.octokit.request("POST /repos/{owner}/{repo}/git/refs", { ...calls.at, ref: `refs/heads/${name}`, sha });
    return true;
  };
  try {
    await writeOnce(calls, { write, find: async () => ((await readHead(calls, name)) === null ? null : true) });
  } catch (error) {
    // Another replica created the branch, or an earlier answer was lost: the existing branch is fine.
    if (asRequestError(error)?.status === 422 && (await readHead(calls, name)) !== null) return;
    throw asRefusal(`the branch ${name}`, error);
  }
}

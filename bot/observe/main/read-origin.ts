import { folderOf, NAMES, databaseFileOf } from "../../../src/layout/database-folder.ts";
import type { RequestFiles } from "../../../src/request/request.ts";
import type { Hub } from "../../hub/hub.ts";
import type { CommitFacts, HubTree } from "../../hub/git.ts";
import type { PullFacts } from "../../hub/pulls.ts";
import { readContributors } from "../read-review-facts.ts";
import type { MergeFacts, Origin } from "../../decide/main/main-state.ts";
import { digestOfRequest } from "../../decide/gate/entry-digests.ts";
import { recordAtMerge } from "../../decide/main/permits/checks-at-merge.ts";
import { listArrived } from "./list-arrived.ts";
import { readOr } from "./unreadable.ts";

/** How many commits are searched for the last change of a request; an older request needs a reseed by hand. */
const DEPTH = 100;
/** So many commits of main may come between a merge and its permit. */
const MOST_SINCE = 500;

export interface RequestOnMain {
  /** Commit of main. */
  head: string;
  files: RequestFiles;
}

/** The last commit that changed a request, and the merged pull request that brought it; null if it is too far back. */
export async function readRequestOrigin(hub: Hub, { head, files }: RequestOnMain): Promise<Origin | null> {
  const { database } = files;
  const commit = await readLastChange(hub, { head, database });
  if (commit === null) return null;
  const digestAt = async (at: string) => digestOfRequest(await describeRequest(hub, at, database));
  const digest = await digestAt(head);
  const changes = { requests: { [database]: digest }, files: {} };
  const isNow = async (at: string) => (await digestAt(at)) === digest;
  const pulls = await listMergedPulls(hub, commit.sha);
  return { commit, merges: await Promise.all(pulls.map((pull) => readMerge(hub, { pull, changes, head, isNow }))) };
}

/** Number of the merged pull request that brought a request; null if there is none. */
export async function readMergedPull(hub: Hub, where: DatabaseOnMain): Promise<number | null> {
  const commit = await readLastChange(hub, where);
  return commit === null ? null : ((await listMergedPulls(hub, commit.sha))[0]?.number ?? null);
}

interface DatabaseOnMain {
  head: string;
  database: string;
}

/**
 * The last commit that changed a request. The history is read for each of its files, which skips the bot's own commits. If
 * exactly one of the commits found has the request as it is now, it is the one; otherwise every commit is inspected.
 */
async function readLastChange(hub: Hub, { head, database }: DatabaseOnMain): Promise<CommitFacts | null> {
  const folder = folderOf(database);
  const now = await describeRequest(hub, head, database);
  const names = now.map(({ path }) => databaseFileOf(path)?.below.split("/")[0] ?? "");
  const paths = [...new Set([NAMES.request, "scripts", ...names])].map(folder.at);
  const latest = await Promise.all(paths.map((path) => hub.git.history({ ref: head, path, limit: 1 })));
  const commits = [...new Map(latest.flat().map((commit) => [commit.sha, commit])).values()];
  const same = await Promise.all(
    commits.map(async ({ sha }) => isSame(now, await describeRequest(hub, sha, database))),
  );
  const [found, ...others] = commits.filter((_, index) => same[index]);
  if (found !== undefined && others.length === 0) return found;
  return (await listRequestCommits(hub, { head, database, limit: 1 })).commits[0] ?? null;
}

/**
 * Commits that changed hand-written files of a database, newest first; the bot's own commits never do. `whole` is true if
 * there are no older ones.
 */
export async function listRequestCommits(
  hub: Hub,
  { head, database, limit }: { head: string; database: string; limit: number },
): Promise<{ commits: CommitFacts[]; whole: boolean }> {
  const found: CommitFacts[] = [];
  const history = await hub.git.history({ ref: head, path: folderOf(database).path, limit: DEPTH });
  for (const commit of history) {
    if (await changedRequest(hub, commit, database)) found.push(commit);
    if (found.length === limit) return { commits: found, whole: false };
  }
  return { commits: found, whole: history.length < DEPTH };
}

async function changedRequest(hub: Hub, commit: CommitFacts, database: string): Promise<boolean> {
  const [parent] = commit.parents;
  const after = await describeRequest(hub, commit.sha, database);
  return parent === undefined || !isSame(after, await describeRequest(hub, parent, database));
}

type Entries = Awaited<ReturnType<HubTree["entries"]>>;

function isSame(one: Entries, other: Entries): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The hand-written files of a database, with their modes. */
async function describeRequest(hub: Hub, commit: string, database: string): Promise<Entries> {
  const entries = await (await hub.git.treeAt(commit)).entries(folderOf(database).path);
  return entries.filter(({ path }) => databaseFileOf(path)?.generated !== true);
}

export interface MergeQuestion extends Pick<MergeFacts, "pull" | "changes"> {
  /** Commit of main, and whether another one has what was asked about as this one has it. */
  head: string;
  isNow: (commit: string) => Promise<boolean>;
}

/** What decides whether a merged pull request counts as approved for something that it brought. */
export async function readMerge(hub: Hub, question: MergeQuestion): Promise<MergeFacts> {
  const { pull, changes } = question;
  const checks = await hub.checks.history(pull.head.sha);
  const record = recordAtMerge({ checks, pull }, hub.appId);
  const [reviews, contributors, held] = await Promise.all([
    hub.pulls.reviews(pull.number),
    readContributors(hub, pull, record),
    // Without an approval it does not matter.
    record === null ? null : hasHeld(hub, question),
  ]);
  return { pull, changes, held, checks, reviews, contributors };
}

async function hasHeld(hub: Hub, { pull: { mergeCommit }, head, isNow }: MergeQuestion): Promise<MergeFacts["held"]> {
  if (mergeCommit === null) return null;
  const way = await listArrived(hub, { from: mergeCommit, to: head, most: MOST_SINCE });
  if (way === null) return null;
  // Also the merge itself: a pull request that another one was merged into before has its commits, and left something else.
  for (const commit of [mergeCommit, ...way]) if (!(await readOr(isNow(commit), false))) return false;
  return true;
}

/** The pull requests that contain the commit and were merged into the default branch, the newest first. */
export async function listMergedPulls(hub: Hub, sha: string): Promise<PullFacts[]> {
  const pulls = await hub.pulls.ofCommit(sha);
  const merged = pulls.filter((pull) => pull.mergedAt !== null && pull.base.branch === hub.repository.defaultBranch);
  return merged.toSorted((a, b) => b.number - a.number);
}

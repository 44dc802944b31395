import { parseApproval } from "../../../src/approval/parse-approval.ts";
import { listRequestDigests } from "../../../src/digests/request-files.ts";
import { folderOf } from "../../../src/layout/database-folder.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { CommitFacts, Hub } from "../../hub.ts";
import type { Account } from "../../reviews/judge-reviews.ts";
import { readContributors } from "../../reviews/read-review-facts.ts";
import type { DatabaseState } from "../main-state.ts";
import { differingFiles } from "../../../src/approval/differing-files.ts";
import { findMergedPull, listRequestCommits } from "./read-origin.ts";
import { readOr } from "./unreadable.ts";

/** How many earlier permits, and how many commits without one, are read at most. */
const DEPTH = 20;

interface Place {
  head: string;
  settings: Settings;
}

/** Whether an earlier approval.yaml, signed with a key of the current settings, covered the bytes on main. */
export async function readPermittedBefore(hub: Hub, db: DatabaseState, { head, settings }: Place): Promise<boolean> {
  const path = folderOf(db.database).approval;
  const now = listRequestDigests(db.files);
  for (const commit of await hub.git.history({ ref: head, path, limit: DEPTH })) {
    const text = await readOr((await hub.git.treeAt(commit.sha)).read(path), null);
    const verified = text === null ? null : parseApproval(Buffer.from(text), settings.approval.keys);
    if (!verified?.ok) continue;
    const { permit } = verified;
    if (permit.repository.id !== hub.repository.id || permit.database !== db.database || permit.source !== db.source)
      continue;
    if (differingFiles(permit.request, now).length === 0) return true;
  }
  return false;
}

/** Everybody who wrote, pushed or merged a change of the request since its last permit; null in the list is an unknown person. */
export async function readUnpermittedContributors(
  hub: Hub,
  db: DatabaseState,
  head: string,
): Promise<(Account | null)[]> {
  const path = folderOf(db.database).approval;
  const [permitted] = await hub.git.history({ ref: head, path, limit: 1 });
  const contributors: (Account | null)[] = [];
  for (const commit of await listRequestCommits(hub, { head, database: db.database, limit: DEPTH })) {
    if (permitted !== undefined && (await hub.git.isAncestor(commit.sha, permitted.sha))) return contributors;
    contributors.push(...(await readContributorsOfCommit(hub, commit)));
  }
  return contributors;
}

async function readContributorsOfCommit(hub: Hub, commit: CommitFacts): Promise<(Account | null)[]> {
  const pull = await findMergedPull(hub, commit.sha);
  const wrote = [commit.author, commit.committer];
  if (pull === null) return [...wrote, await readPusher(hub, commit.sha)];
  const { author, commits, pushers } = await readContributors(hub, pull);
  const inside = commits.flatMap((one) => [one.author, one.committer]);
  return [...wrote, author, ...inside, ...(pushers.length === 0 ? [null] : pushers)];
}

/** The account whose push brought the commit to main. */
async function readPusher(hub: Hub, sha: string): Promise<Account | null> {
  for (const push of await hub.pulls.pushes(hub.repository.defaultBranch)) {
    if (push.after === sha) return push.actor;
    if (/^0+$/.test(push.before) || !(await hub.git.isAncestor(sha, push.before)))
      return (await hub.git.isAncestor(sha, push.after)) ? push.actor : null;
  }
  return null;
}

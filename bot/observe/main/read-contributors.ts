import { readPermit } from "../../../src/permit/read-permit.ts";
import type { Permit } from "../../../src/permit/permit.ts";
import { listRequestDigests } from "../../../src/digests/request-files.ts";
import { folderOf } from "../../../src/layout/database-folder.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { Hub } from "../../hub/hub.ts";
import { findRecord } from "../../decide/gate/record.ts";
import { findUnknownAuthor, findUnknownPusher, readCoAuthors } from "../../decide/reviews/people.ts";
import type { CommitFacts, PersonFacts } from "../../hub/git.ts";
import { readFolder } from "../../../src/database/read-folder.ts";
import type { Contributors } from "../../decide/reviews/judge-reviews.ts";
import type { Account } from "../../decide/reviews/people.ts";
import { readContributors } from "../read-review-facts.ts";
import type { DatabaseState } from "../../decide/main/main-state.ts";
import { differingFiles } from "../../../src/permit/differing-files.ts";
import { listMergedPulls, listRequestCommits } from "./read-origin.ts";
import { readOr } from "./unreadable.ts";

/** How many earlier permits, and how many commits without one, are read at most. */
const DEPTH = 20;

interface MainHead {
  head: string;
  settings: Settings;
}

/** Whether an earlier approval.yaml, signed with a key of the current settings, covered the bytes on main. */
export async function readPermittedBefore(hub: Hub, db: DatabaseState, main: MainHead): Promise<boolean> {
  const now = listRequestDigests(db.files);
  for (const { permit } of await readPermits(hub, db, main))
    if (permit?.source === db.source && differingFiles(permit.request, now).length === 0) return true;
  return false;
}

/**
 * Everybody who wrote, pushed or merged a change of the request since its last permit; null in the list is an unknown person.
 * A history that is too long to be read adds an unknown person too.
 */
export async function readUnpermittedContributors(
  hub: Hub,
  db: DatabaseState,
  main: MainHead,
): Promise<(Account | null)[]> {
  const permits = await readPermits(hub, db, main);
  const permitted = await findLastPermitted(hub, db, permits);
  if (permitted === null && permits.length === DEPTH) return [null];
  const { commits, whole } = await listRequestCommits(hub, { ...main, database: db.database, limit: DEPTH });
  const contributors: (Account | null)[] = [];
  for (const commit of commits) {
    if (permitted !== null && (await hub.git.isAncestor(commit.sha, permitted))) return contributors;
    contributors.push(...(await readContributorsOfCommit(hub, commit)));
  }
  return whole ? contributors : [...contributors, null];
}

interface PastPermit {
  commit: string;
  /** null if approval.yaml was not a valid permit of this database. */
  permit: Permit | null;
}

/** The earlier contents of approval.yaml, newest first. */
async function readPermits(hub: Hub, { database }: DatabaseState, { head, settings }: MainHead): Promise<PastPermit[]> {
  const path = folderOf(database).approval;
  const history = await hub.git.history({ ref: head, path, limit: DEPTH });
  return Promise.all(
    history.map(async ({ sha }) => {
      const approval = await readOr((await hub.git.treeAt(sha)).read(path), null);
      const { keys } = settings.approval;
      const { permit } = readPermit({ approval, keys, database, repositoryId: hub.repository.id, lock: null });
      return { commit: sha, permit };
    }),
  );
}

/** The newest commit with a permit that covers the request of that commit. Other contents of approval.yaml hide no contributor. */
async function findLastPermitted(
  hub: Hub,
  { database }: DatabaseState,
  permits: readonly PastPermit[],
): Promise<string | null> {
  for (const { commit, permit } of permits) {
    if (permit === null) continue;
    const there = await readOr(readFolder(await hub.git.treeAt(commit), database), null);
    if (there === null || there.unreadable.length > 0) continue;
    if (differingFiles(permit.request, listRequestDigests(there.files)).length === 0) return commit;
  }
  return null;
}

async function readContributorsOfCommit(hub: Hub, commit: CommitFacts): Promise<(Account | null)[]> {
  const pulls = await listMergedPulls(hub, commit.sha);
  const wrote = listAuthors(commit, hub.botLogin);
  if (pulls.length === 0) return [...wrote, knownOrNull(await readPusher(hub, commit.sha), hub.botLogin)];
  const all = await Promise.all(
    pulls.map(async (pull) => {
      const checks = await hub.checks.history(pull.head.sha);
      const records = checks.flatMap((check) => findRecord([check], hub.appId) ?? []);
      const [first] = records;
      // Another pull request with this head may have a record of its own, with other pushers.
      const pushers = records.flatMap((record) => record.pushers);
      return readContributors(hub, pull, first === undefined ? null : { ...first, pushers });
    }),
  );
  return [...wrote, ...all.flatMap(listAccounts)];
}

function listAccounts({ author, commits, pushers, botLogin }: Contributors): (Account | null)[] {
  const inside = commits.flatMap((one) => listAuthors(one, botLogin));
  const pushed = pushers.length === 0 ? [null] : pushers.map((pusher) => knownOrNull(pusher, botLogin));
  return [knownOrNull(author, botLogin), ...inside, ...pushed];
}

/** Whoever wrote a commit; null among them if somebody else may have. */
function listAuthors(commit: CommitFacts, botLogin: string): (Account | null)[] {
  const named = [commit.author, commit.committer].filter((account) => account !== null);
  const coAuthors = readCoAuthors(commit.message).map(({ id, login }) => ({ id: id ?? "", login }));
  return [...named, ...coAuthors, ...(findUnknownAuthor(commit, botLogin) === null ? [] : [null])];
}

function knownOrNull(account: PersonFacts | null, botLogin: string): Account | null {
  return findUnknownPusher(account, botLogin) === null ? account : null;
}

/** The account whose push brought the commit to main. */
async function readPusher(hub: Hub, sha: string): Promise<PersonFacts | null> {
  for (const push of await hub.pulls.pushes(hub.repository.defaultBranch)) {
    if (push.after === sha) return push.actor;
    if (/^0+$/.test(push.before) || !(await hub.git.isAncestor(sha, push.before)))
      return (await hub.git.isAncestor(sha, push.after)) ? push.actor : null;
  }
  return null;
}

import { verifyHistory, type LockCommit } from "../permit/verify-history.ts";
import { SeedbedError } from "../problem/error.ts";
import { folderOf, NAMES, databaseFileOf } from "../layout/database-folder.ts";
import { ENVIRONMENTS, SETTINGS_PATH } from "../layout/repository.ts";
import type { History } from "../ports/history.ts";
import type { Tree } from "../ports/tree.ts";
import type { Problem } from "../problem/problem.ts";
import { readFolder } from "../database/read-folder.ts";
import { readSettings } from "../database/read-settings.ts";

export interface VerifyReport {
  problems: Problem[];
  /** The checked commits, by database. */
  commits: Record<string, number>;
}

/**
 * Checks every commit that changed a lock: each must match a valid permit for exactly the request at that commit.
 * Throws if a part of the history is missing, because it cannot be checked.
 */
export async function verifyRepository(history: History, repositoryId: string | null): Promise<VerifyReport> {
  if (await history.isShallow()) throw shallow();
  const report: VerifyReport = { problems: [], commits: {} };
  const everything = await history.commitsThatChanged(folderOf("*").lock);
  const names = new Set<string>();
  for (const commit of everything) for (const name of await listLocked(history.treeAt(commit))) names.add(name);
  for (const database of names) {
    const commits = await lockCommits(history, database, report);
    report.commits[database] = commits.length;
    report.problems.push(...verifyHistory({ database, commits, repositoryId }));
  }
  return report;
}

async function listLocked(tree: Tree): Promise<string[]> {
  const places = (await tree.entries(ENVIRONMENTS)).map(({ path }) => databaseFileOf(path));
  return places.flatMap((place) => (place?.below === NAMES.lock ? [place.database] : []));
}

async function lockCommits(history: History, database: string, report: VerifyReport): Promise<LockCommit[]> {
  const found: LockCommit[] = [];
  const folder = folderOf(database);
  const changes = new Set(await history.commitsThatChanged(folder.lock));
  const past: KeyPast = { keys: [], hadKeys: false, problems: [] };
  // A commit is judged by the keys before it: otherwise one that takes them away would judge itself.
  for (const commit of await history.commitsThatChanged(folder.lock, SETTINGS_PATH)) {
    const tree = history.treeAt(commit);
    const own = await readKeys(tree, commit);
    if (changes.has(commit)) {
      const judge = past.hadKeys ? past : own;
      report.problems.push(...judge.problems);
      found.push(await lockCommit({ tree, commit, database }, { keys: judge.keys, hadKeys: past.hadKeys }));
    }
    Object.assign(past, own, { hadKeys: past.hadKeys || own.keys.length > 0 });
  }
  return found;
}

interface DatabaseAtCommit {
  tree: Tree;
  commit: string;
  database: string;
}

async function lockCommit(there: DatabaseAtCommit, keys: Pick<LockCommit, "keys" | "hadKeys">): Promise<LockCommit> {
  const { tree, commit, database } = there;
  const { approval, files, lock, unreadable } = await readFolder(tree, database);
  const path = folderOf(database).lock;
  return {
    commit,
    // A removed lock is as invalid as one that does not parse.
    lock: lock ?? lockRemoved(path),
    unreadable: unreadable.filter(({ below }) => counts(below)).map(({ problem }) => problem),
    approval,
    request: files.files,
    ...keys,
  };
}

/** The keys of the settings, or the problems why they cannot be read: then it is unknown which keys were valid. */
interface Keys {
  keys: LockCommit["keys"];
  problems: Problem[];
}

type KeyPast = Keys & { hadKeys: boolean };

async function readKeys(tree: Tree, commit: string): Promise<Keys> {
  const { settings, problems } = await readSettings(tree);
  if (settings === undefined) return { keys: [], problems: [] };
  if (settings !== "broken") return { keys: settings.approval.keys, problems: [] };
  return { keys: [], problems: problems.map((problem) => ({ ...problem, what: `at ${commit}: ${problem.what}` })) };
}

/** An unreadable lock says so as the lock, and no permit covers manifests. */
function counts(below: string): boolean {
  return below !== NAMES.lock && !below.startsWith(`${NAMES.manifests}/`);
}

function lockRemoved(path: string): LockCommit["lock"] {
  const problem: Problem = {
    severity: "error",
    code: "lock-invalid",
    path,
    line: 1,
    column: 1,
    what: "the lock was removed",
    why: "it records which run and which permit the database's data is from",
    fix: `restore the last version of ${path} that Seedbed wrote; \`git log\` shows it`,
    docs: "docs/reference/seed.lock.md",
  };
  return { ok: false, problems: [problem] };
}

function shallow(): SeedbedError {
  return new SeedbedError("history-shallow", "This clone has only the newest commits: the rest cannot be verified.", {
    fix: "Fetch the whole history with git fetch --unshallow; for actions/checkout set fetch-depth: 0.",
  });
}

import { verifyHistory, type LockCommit } from "../approval/verify-history.ts";
import { folderOf, NAMES, placeOf } from "../layout/database-folder.ts";
import { ENVIRONMENTS, SETTINGS_PATH } from "../layout/repository.ts";
import type { Tree } from "../ports.ts";
import type { Problem } from "../problem.ts";
import { parseSettings } from "../settings/parse-settings.ts";
import { readRequestFiles } from "./load.ts";

/** A repository's history, as git has it. */
export interface History {
  /** Commits of the main line that changed a path, oldest first. */
  commitsThatChanged(pathspec: string): Promise<string[]>;
  treeAt(commit: string): Tree;
}

export interface VerifyReport {
  problems: Problem[];
  /** The checked commits, by database. */
  commits: Record<string, number>;
}

/** Checks every commit that changed a lock: each must match a valid permit for exactly the request at that commit. */
export async function verifyRepository(history: History, repositoryId: string | null): Promise<VerifyReport> {
  const report: VerifyReport = { problems: [], commits: {} };
  const everything = await history.commitsThatChanged(folderOf("*").lock);
  const paths = await Promise.all(everything.map((commit) => history.treeAt(commit).list(ENVIRONMENTS)));
  const names = paths.flat().flatMap((path) => {
    const place = placeOf(path);
    return place?.below === NAMES.lock ? [place.database] : [];
  });
  for (const database of new Set(names)) {
    const commits = await lockCommits(history, database, report);
    report.commits[database] = commits.length;
    report.problems.push(...verifyHistory({ database, commits, repositoryId }));
  }
  return report;
}

async function lockCommits(history: History, database: string, report: VerifyReport): Promise<LockCommit[]> {
  const found: LockCommit[] = [];
  const folder = folderOf(database);
  for (const commit of await history.commitsThatChanged(folder.lock)) {
    const tree = history.treeAt(commit);
    const lock = await tree.read(folder.lock);
    const approval = await tree.read(folder.approval);
    const { files } = await readRequestFiles(tree, database);
    found.push({
      commit,
      // A removed lock is as invalid as one that does not parse.
      lock: lock ?? "",
      approval: approval === null ? null : Buffer.from(approval),
      request: files,
      keys: await readKeys(tree, commit, report),
    });
  }
  return found;
}

/** The keys of the settings at that commit. Invalid settings are a finding, because it is unknown which keys were valid. */
async function readKeys(tree: Tree, commit: string, report: VerifyReport): Promise<LockCommit["keys"]> {
  const text = await tree.read(SETTINGS_PATH);
  if (text === null) return [];
  const parsed = parseSettings(text, SETTINGS_PATH);
  if (parsed.ok) return parsed.value.approval.keys;
  report.problems.push(...parsed.problems.map((problem) => ({ ...problem, what: `at ${commit}: ${problem.what}` })));
  return [];
}

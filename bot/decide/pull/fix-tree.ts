import { folderOf, NAMES, databaseFileOf } from "../../../src/layout/database-folder.ts";
import { isPlain } from "../../../src/database/file-mode.ts";
import { compareText } from "../../../src/text/order.ts";
import type { BranchChange } from "../../hub/git.ts";
import { RENDERER_VERSION } from "../../../src/use-cases/render.ts";
import type { JudgedDatabase } from "./judge-databases.ts";
import { blobId } from "../gate/blob-id.ts";
import type { PullSides, PullState } from "./pull-state.ts";

/** The writes and removals that bring the generated files of a tree up to date. */
export interface TreeFix {
  write: { path: string; text: string }[];
  remove: string[];
}

const KEPT = [NAMES.approval, NAMES.lock] as const;

/** The fix for the generated files of one database; empty when they are up to date. */
export function findTreeFix(state: PullSides, { database, manifests }: JudgedDatabase): TreeFix {
  const fixes = KEPT.map((name) => fixKept(state, database, name));
  if (manifests !== null) fixes.push(fixManifests(state, database, manifests));
  return { write: fixes.flatMap(({ write }) => write), remove: fixes.flatMap(({ remove }) => remove) };
}

/** approval.yaml and seed.lock.yaml belong to main: any change by a pull request is undone. */
function fixKept(state: PullSides, database: string, name: (typeof KEPT)[number]): TreeFix {
  const path = folderOf(database).at(name);
  const [before, now] = [state.main.entries, state.result.entries].map((all) =>
    all.find((entry) => entry.path === path),
  );
  // The bot writes plain files only: a mode that main should not have is no reason to write the same bytes again.
  const sameMode = before?.mode === now?.mode || (now !== undefined && isPlain(now.mode));
  if (before?.blob === now?.blob && sameMode) return { write: [], remove: [] };
  const text = state.main.kept[path] ?? null;
  return text === null ? { write: [], remove: [path] } : { write: [{ path, text }], remove: [] };
}

/** Considers every path of the folder, even one that cannot be read as text. */
function fixManifests(state: PullSides, database: string, wanted: JudgedDatabase["manifests"] & object): TreeFix {
  const folder = `${folderOf(database).manifests}/`;
  const there = state.result.entries.filter(({ path }) => path.startsWith(folder));
  const plain = new Map(there.filter(({ mode }) => isPlain(mode)).map(({ path, blob }) => [path, blob]));
  const names = new Set(wanted.map(({ path }) => path));
  return {
    write: wanted.filter(({ path, text }) => plain.get(path) !== blobId(text, state.settings.commit)),
    remove: there.map(({ path }) => path).filter((path) => !names.has(path)),
  };
}

/** More commits of the bot than this on one pull request mean that another tool keeps changing the same files. */
const MOST_COMMITS = 20;
const MOST_IN_A_ROW = 3;

/** Why the bot does not push; null when it does. */
export function findPushObstacle({ pull, repository, commits, botLogin }: PullState): string | null {
  if (pull.head.repositoryId !== repository.id) return "the branch belongs to a fork, where the bot may not push";
  const ours = commits.map(({ author }) => author?.login === botLogin);
  if (ours.length >= MOST_IN_A_ROW && ours.slice(-MOST_IN_A_ROW).every(Boolean))
    return `the last ${MOST_IN_A_ROW} commits are already the bot's, and the files still differ`;
  if (ours.filter(Boolean).length >= MOST_COMMITS)
    return `the bot has pushed ${MOST_COMMITS} commits here, and something else keeps changing the same files`;
  return null;
}

/** The commit with the fix, on top of the head that was checked; it names the databases whose files it writes. */
export function commitOfFix({ pull }: PullState, fix: TreeFix): BranchChange {
  const paths = [...fix.write.map(({ path }) => path), ...fix.remove];
  const names = [...new Set(paths.flatMap((path) => databaseFileOf(path)?.database ?? []))]
    .toSorted(compareText)
    .join(", ");
  return {
    branch: pull.head.branch,
    expectedHead: pull.head.sha,
    message: `Render ${names}\n\nRendered-From: ${pull.head.sha}\nRenderer: ${RENDERER_VERSION}\n`,
    write: fix.write.toSorted((a, b) => compareText(a.path, b.path)),
    remove: fix.remove.toSorted(),
  };
}

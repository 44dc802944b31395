import { SeedbedError } from "../../../src/problem/error.ts";
import { folderOf, isGenerated, NAMES, placeOf } from "../../../src/layout/database-folder.ts";
import { ENVIRONMENTS, SETTINGS_PATH } from "../../../src/layout/repository.ts";
import { emptyLock } from "../../../src/lock/advance-lock.ts";
import { parseLock } from "../../../src/lock/parse-lock.ts";
import type { Parsed, Problem } from "../../../src/problem/problem.ts";
import { parseRequest } from "../../../src/request/parse-request.ts";
import { parseSettings } from "../../../src/settings/parse-settings.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { HubTree } from "../../hub/git.ts";
import { isPlain, type Touched } from "../../decide/pull/changed-paths.ts";
import type { Side, SideDatabase, TreeEntry } from "../../decide/pull/pull-state.ts";

export interface SideQuestion {
  tree: HubTree;
  entries: TreeEntry[];
  touched: Touched;
  /** Main's settings, which requests are checked against; null if they cannot be used, which is told once, not per request. */
  settings: Settings | null;
  /** `YYYY-MM-DD`. */
  today: string;
}

/** All entries of environments/ and .github at a commit, without contents. */
export async function readEntries(tree: HubTree): Promise<TreeEntry[]> {
  return [...(await tree.entries(ENVIRONMENTS)), ...(await tree.entries(".github"))];
}

/** Reads and parses the changed databases and settings of one commit. An unreadable file is a problem, not an exception. */
export async function readSide(question: SideQuestion): Promise<Side> {
  const unreadable: Problem[] = [];
  const databases: Record<string, SideDatabase> = {};
  for (const database of question.touched.databases)
    databases[database] = await readDatabase(question, database, unreadable);
  const { tree, entries } = question;
  return { commit: tree.commit, entries, databases, settings: await readSettings(question, unreadable), unreadable };
}

async function readSettings(question: SideQuestion, unreadable: Problem[]): Promise<Parsed<Settings> | null> {
  if (!question.touched.github.includes(SETTINGS_PATH)) return null;
  const entry = question.entries.find(({ path }) => path === SETTINGS_PATH);
  if (entry === undefined) return { ok: false, problems: [removed()] };
  const text = await readText(question.tree, entry, unreadable);
  return text === null ? null : parseSettings(text, SETTINGS_PATH);
}

function removed(): Problem {
  return {
    severity: "error",
    code: "settings-missing",
    path: SETTINGS_PATH,
    line: 1,
    column: 1,
    what: "The settings were removed",
    why: "without them nothing can be checked, approved or exported",
    fix: `Keep ${SETTINGS_PATH}.`,
    docs: "docs/reference/settings.md",
  };
}

async function readDatabase(question: SideQuestion, database: string, unreadable: Problem[]): Promise<SideDatabase> {
  const texts: Record<string, string> = {};
  for (const entry of question.entries) {
    const file = placeOf(entry.path);
    if (file?.database !== database) continue;
    const text = await readText(question.tree, entry, unreadable);
    if (text !== null) texts[file.below] = text;
  }
  return sortFiles(question, database, texts);
}

function sortFiles({ settings, today }: SideQuestion, database: string, texts: Record<string, string>): SideDatabase {
  const folder = folderOf(database);
  const kept = { [NAMES.approval]: texts[NAMES.approval] ?? null, [NAMES.lock]: texts[NAMES.lock] ?? null };
  const paths = Object.keys(texts).filter((path) => !isGenerated(path));
  const files = { database, files: Object.fromEntries(paths.map((path) => [path, texts[path]!])) };
  const text = kept[NAMES.lock];
  const lock = text === null ? null : parseLock(text, folder.lock);
  return {
    files,
    request: paths.length === 0 ? null : parseRequest(files, settings ?? "broken", today),
    lock: lock?.ok === true ? lock.value : emptyLock(database),
    lockProblems: lock === null || lock.ok ? [] : lock.problems,
    manifests: Object.keys(texts)
      .filter((path) => isGenerated(path) && !Object.hasOwn(kept, path))
      .map((path) => ({ path: folder.at(path), text: texts[path]! })),
    kept,
  };
}

/** The text of a regular file; null for a link, which is reported by its mode elsewhere. */
async function readText(tree: HubTree, { path, mode }: TreeEntry, unreadable: Problem[]): Promise<string | null> {
  if (!isPlain(mode)) return null;
  try {
    return await tree.read(path);
  } catch (error) {
    if (!(error instanceof SeedbedError) || !["not-utf8", "file-too-large"].includes(error.code)) throw error;
    const { code, message: what, fix } = error;
    const why = "requests and settings must be text that people can review";
    unreadable.push({
      severity: "error",
      code,
      path,
      line: 1,
      column: 1,
      what,
      why,
      fix,
      docs: "docs/reference/database_config.md#the-folder",
    });
    return null;
  }
}

import { suggestName } from "../text/near-names.ts";
import { SeedbedError } from "../problem/error.ts";
import { folderOf, isGenerated } from "../layout/database-folder.ts";
import { SETTINGS_PATH } from "../layout/repository.ts";
import { emptyLock } from "../lock/advance-lock.ts";
import type { Lock } from "../lock/lock.ts";
import { parseLock } from "../lock/parse-lock.ts";
import { compareBytes } from "../text/order.ts";
import type { Tree } from "../ports/tree.ts";
import type { Problem } from "../problem/problem.ts";
import { findDuplicateDatabases, isSameDatabase, parseDatabaseName } from "../request/database-name.ts";
import { parseRequest } from "../request/parse-request.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import { parseSettings } from "../settings/parse-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { listFolders } from "../database/list-folders.ts";
import { UnreadableFile } from "../database/unreadable-file.ts";

/** The hand-written files of the requested databases, read and checked. */
export interface Repository {
  settings: Settings | undefined;
  databases: LoadedDatabase[];
  /** Databases without a request whose manifests are still there. */
  retired: RetiredDatabase[];
  problems: Problem[];
  /** Path to text, for quoting lines. */
  sources: Record<string, string>;
}

export interface LoadedDatabase {
  database: string;
  files: RequestFiles;
  /** null when it has errors. */
  request: DatabaseRequest | null;
  lock: Lock;
}

/** A database that nobody asks for any more. */
export type RetiredDatabase = LoadedDatabase & { request: null };

export interface LoadOptions {
  /** Databases that existed before: one that has no request any more is retired, whatever else is left of it. */
  earlier?: readonly string[];
  /** Database names; empty for all. */
  databases: readonly string[];
  /** `YYYY-MM-DD`. */
  today?: string;
}

/** What was found on the way. */
type Found = Pick<Repository, "problems" | "sources">;

/** Reads settings, requests and locks from a tree: every problem at once. Throws for a name that does not exist. */
export async function loadRepository(tree: Tree, options: LoadOptions): Promise<Repository> {
  const { databases, today, earlier = [] } = options;
  const found: Found = { sources: {}, problems: [] };
  const settings = await loadSettings(tree, found);
  const folders = await listFolders(tree);
  const known = [...folders.requests, ...folders.incomplete].toSorted(compareBytes);
  const gone = [...new Set([...folders.retired, ...earlier])].filter((name) => !known.includes(name));
  const asked = databases.map((name) => requireName(name, [...known, ...gone]));
  const isWanted = (name: string) => asked.length === 0 || asked.includes(name);
  const wanted = known.filter(isWanted);
  const twins = known.filter((name) => wanted.some((one) => isSameDatabase(name, one)));
  found.problems.push(...findDuplicateDatabases(twins));
  const loaded: LoadedDatabase[] = [];
  for (const database of wanted) loaded.push(await loadDatabase(tree, { database, settings, today }, found));
  const retired: RetiredDatabase[] = [];
  for (const database of gone.filter(isWanted)) retired.push(await loadRetired(tree, database, found));
  if (asked.length === 0) for (const path of folders.others) await readText(tree, path, found.problems);
  return { settings: settings === "broken" ? undefined : settings, databases: loaded, retired, ...found };
}

interface Wanted {
  database: string;
  settings: Settings | "broken" | undefined;
  today: string | undefined;
}

async function loadDatabase(tree: Tree, { database, settings, today }: Wanted, found: Found): Promise<LoadedDatabase> {
  const { files, unreadable } = await readReadable(tree, database);
  const lock = await loadLock(tree, database, found.problems);
  for (const [path, text] of Object.entries(files.files)) found.sources[folderOf(database).at(path)] = text;
  found.problems.push(...unreadable);
  // Without the request's own text there is nothing more to say; a script that nobody can read has no text to judge.
  if (unreadable.some(({ path }) => path === folderOf(database).request))
    return { database, files, request: null, lock };
  const parsed = parseRequest(files, settings, today);
  const problems = parsed.ok ? parsed.warnings : parsed.problems;
  const told = new Set(unreadable.map(({ path }) => path));
  // What a duplicate is called in the end is decided with the other one: it is told once.
  const isTold = ({ path, code }: Problem) =>
    told.has(path) || (code === "bad-database-name" && found.problems.some((one) => isDuplicate(one, path)));
  found.problems.push(...problems.filter((problem) => !isTold(problem)));
  return { database, files, request: parsed.ok && unreadable.length === 0 ? parsed.value : null, lock };
}

function isDuplicate({ path, code }: Problem, of: string): boolean {
  return code === "duplicate-database" && path === of;
}

async function loadRetired(tree: Tree, database: string, { problems }: Found): Promise<RetiredDatabase> {
  const lock = await loadLock(tree, database, problems);
  return { database, files: { database, files: {} }, request: null, lock };
}

async function loadSettings(tree: Tree, { sources, problems }: Found): Promise<Settings | "broken" | undefined> {
  const text = await readText(tree, SETTINGS_PATH, problems);
  if (text === null) return undefined;
  if (text === undefined) return "broken";
  sources[SETTINGS_PATH] = text;
  const parsed = parseSettings(text, SETTINGS_PATH);
  problems.push(...(parsed.ok ? parsed.warnings : parsed.problems));
  return parsed.ok ? parsed.value : "broken";
}

/** null where there is no such file, undefined where it is there and cannot be read, which is a problem then. */
async function readText(tree: Tree, path: string, problems: Problem[]): Promise<string | null | undefined> {
  try {
    return await tree.read(path);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    problems.push(error.toProblem());
    return undefined;
  }
}

/** The request's files; those that cannot be read stand without a text, so that nobody takes them for missing. */
async function readReadable(tree: Tree, database: string): Promise<{ files: RequestFiles; unreadable: Problem[] }> {
  const files: Record<string, string> = {};
  const unreadable: Problem[] = [];
  for (const { path, below } of await listRequestPaths(tree, database))
    files[below] = (await readText(tree, path, unreadable)) ?? "";
  return { files: { database, files }, unreadable };
}

async function listRequestPaths(tree: Tree, database: string): Promise<{ path: string; below: string }[]> {
  const folder = folderOf(database).path;
  const paths = await tree.list(folder);
  return paths
    .map((path) => ({ path, below: path.slice(folder.length + 1) }))
    .filter(({ below }) => !isGenerated(below));
}

/** Names of folders below `environments/` that hold a request. */
export async function listDatabases(tree: Tree): Promise<string[]> {
  return (await listFolders(tree)).requests;
}

function requireName(name: string, known: readonly string[]): string {
  if (known.includes(name)) return name;
  const possible = parseDatabaseName(name);
  const [wrong] = possible.ok ? [] : possible.problems;
  if (wrong) throw new SeedbedError("database-name", `${wrong.what}: ${wrong.why}.`, { fix: wrong.fix });
  const list =
    known.length === 0 ? "there are no requests yet" : `there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}`;
  const text = `There is no request environments/${name}/database_config.yaml; ${list}.`;
  throw new SeedbedError("database-unknown", text, {
    fix: suggestName(name, known, `Create it with: seedbed init ${name}`),
  });
}

/** The hand-written files of a request: its YAML, its scripts, and stray files in its folder. */
export async function readRequestFiles(tree: Tree, database: string): Promise<RequestFiles> {
  const files: Record<string, string> = {};
  for (const { path, below } of await listRequestPaths(tree, database)) files[below] = (await tree.read(path)) ?? "";
  return { database, files };
}

async function loadLock(tree: Tree, database: string, problems: Problem[]): Promise<Lock> {
  const path = folderOf(database).lock;
  const text = await readText(tree, path, problems);
  if (text === null || text === undefined) return emptyLock(database);
  const parsed = parseLock(text, path);
  if (parsed.ok) return parsed.value;
  problems.push(...parsed.problems);
  return emptyLock(database);
}

/** Whether any of the problems is an error. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === "error");
}

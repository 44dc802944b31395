import { suggestName } from "../config/near-names.ts";
import { SeedbedError } from "../error.ts";
import { folderOf, isGenerated, NAMES, placeOf } from "../layout/database-folder.ts";
import { ENVIRONMENTS, SETTINGS_PATH } from "../layout/repository.ts";
import { emptyLock } from "../lock/advance-lock.ts";
import type { Lock } from "../lock/lock.ts";
import { parseLock } from "../lock/parse-lock.ts";
import type { Tree } from "../ports.ts";
import type { Problem } from "../problem.ts";
import { findDuplicateDatabases, parseDatabaseName } from "../request/database-name.ts";
import { parseRequest } from "../request/parse-request.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import { parseSettings } from "../settings/parse-settings.ts";
import type { Settings } from "../settings/settings.ts";

/** The hand-written files of the requested databases, read and checked. */
export interface Repository {
  settings: Settings | undefined;
  databases: LoadedDatabase[];
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

export interface LoadOptions {
  /** Database names; empty for all. */
  databases: readonly string[];
  /** `YYYY-MM-DD`. */
  today?: string;
}

/** Reads settings, requests and locks from a tree: every problem at once. Throws for a name that does not exist. */
export async function loadRepository(tree: Tree, { databases, today }: LoadOptions): Promise<Repository> {
  const sources: Record<string, string> = {};
  const problems: Problem[] = [];
  const settings = await loadSettings(tree, sources, problems);
  const known = await listDatabases(tree);
  const wanted = databases.length === 0 ? known : databases.map((name) => requireName(name, known));
  problems.push(
    ...findDuplicateDatabases(known).filter(({ path }) => wanted.some((name) => path.includes(`/${name}`))),
  );
  const loaded: LoadedDatabase[] = [];
  for (const database of wanted) {
    const files = await readRequestFiles(tree, database);
    const lock = await loadLock(tree, database, problems);
    for (const [path, text] of Object.entries(files.files)) sources[folderOf(database).at(path)] = text;
    const parsed = parseRequest(files, settings, today);
    problems.push(...(parsed.ok ? parsed.warnings : parsed.problems));
    loaded.push({ database, files, request: parsed.ok ? parsed.value : null, lock });
  }
  return { settings, databases: loaded, problems, sources };
}

async function loadSettings(
  tree: Tree,
  sources: Record<string, string>,
  problems: Problem[],
): Promise<Settings | undefined> {
  const text = await tree.read(SETTINGS_PATH);
  if (text === null) return undefined;
  sources[SETTINGS_PATH] = text;
  const parsed = parseSettings(text, SETTINGS_PATH);
  problems.push(...(parsed.ok ? parsed.warnings : parsed.problems));
  return parsed.ok ? parsed.value : undefined;
}

/** Names of folders below `environments/` that hold a request. */
export async function listDatabases(tree: Tree): Promise<string[]> {
  const paths = await tree.list(ENVIRONMENTS);
  const places = paths.map(placeOf).filter((place) => place?.below === NAMES.request);
  return [...new Set(places.flatMap((place) => place?.database ?? []))];
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
  const folder = folderOf(database).path;
  const files: Record<string, string> = {};
  for (const path of await tree.list(folder)) {
    const below = path.slice(folder.length + 1);
    if (!isGenerated(below)) files[below] = (await tree.read(path)) ?? "";
  }
  return { database, files };
}

async function loadLock(tree: Tree, database: string, problems: Problem[]): Promise<Lock> {
  const path = folderOf(database).lock;
  const text = await tree.read(path);
  if (text === null) return emptyLock(database);
  const parsed = parseLock(text, path);
  if (parsed.ok) return parsed.value;
  problems.push(...parsed.problems);
  return emptyLock(database);
}

/** Whether any of the problems is an error. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === "error");
}

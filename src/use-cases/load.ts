import pLimit from "p-limit";
import { suggestName } from "../text/near-names.ts";
import { SeedbedError } from "../problem/error.ts";
import { folderOf } from "../layout/database-folder.ts";
import { SETTINGS_PATH } from "../layout/repository.ts";
import { folderProblems, judgeRequest, type JudgeContext } from "../database/judge-folder.ts";
import { listFolders, namesOf, refuseOthers } from "../database/list-folders.ts";
import { lockOf, readFolder } from "../database/read-folder.ts";
import { readSettings } from "../database/read-settings.ts";
import type { Lock } from "../lock/lock.ts";
import type { Tree } from "../ports/tree.ts";
import type { Problem } from "../problem/problem.ts";
import { findDuplicateDatabases, isSameDatabase, parseDatabaseName } from "../request/database-name.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";

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
  /** null when its own files have errors; those of its lock and manifests are among the problems alone. */
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
  const { settings, problems, text } = await readSettings(tree);
  const found: Found = { sources: text === null ? {} : { [SETTINGS_PATH]: text }, problems: [...problems] };
  const folders = await listFolders(tree);
  const names = namesOf(folders);
  const gone = [...new Set([...folders.retired, ...earlier])].filter((name) => !names.includes(name));
  const asked = databases.map((name) => requireName(name, [...names, ...gone]));
  const isWanted = (name: string) => asked.length === 0 || asked.includes(name);
  const wanted = names.filter(isWanted);
  found.problems.push(...findOtherTwins(names, wanted));
  const context = { settings, today, names };
  // Git and disk answer several at once; the problems come in the order of the names.
  const limit = pLimit(16);
  const contents = await Promise.all(wanted.map((database) => limit(() => readFolder(tree, database))));
  const loaded = wanted.map((database, at) => judgeDatabase({ database, context, content: contents[at]! }, found));
  const retired: RetiredDatabase[] = [];
  for (const database of gone.filter(isWanted)) retired.push(await loadRetired(tree, database, found));
  if (asked.length === 0) found.problems.push(...refuseOthers(folders));
  return { settings: settings === "broken" ? undefined : settings, databases: loaded, retired, ...found };
}

/** Databases that are not asked for, and are the same as one that is; the others are told with their own problems. */
function findOtherTwins(names: readonly string[], wanted: readonly string[]): Problem[] {
  const twins = names.filter((name) => wanted.some((one) => isSameDatabase(name, one)));
  const own = new Set(wanted.map((name) => folderOf(name).request));
  return findDuplicateDatabases(twins).filter(({ path }) => !own.has(path));
}

interface Read {
  database: string;
  context: JudgeContext;
  content: Awaited<ReturnType<typeof readFolder>>;
}

function judgeDatabase({ database, context, content }: Read, found: Found): LoadedDatabase {
  const { files } = content;
  for (const [path, text] of Object.entries(files.files)) found.sources[folderOf(database).at(path)] = text;
  const { request, problems } = judgeRequest(content, context);
  found.problems.push(...folderProblems(content), ...problems);
  return { database, files, request, lock: lockOf(content) };
}

/** Whatever of a person is left in the folder is no request any more: nothing is said about it. */
async function loadRetired(tree: Tree, database: string, { problems }: Found): Promise<RetiredDatabase> {
  const content = await readFolder(tree, database);
  problems.push(...folderProblems(content));
  return { database, files: { database, files: {} }, request: null, lock: lockOf(content) };
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

/** Whether any of the problems is an error. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === "error");
}

import type { Problem } from "../problem/problem.ts";
import { findDuplicateDatabases } from "../request/database-name.ts";
import { parseRequest } from "../request/parse-request.ts";
import type { DatabaseRequest, RequestFiles } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";
import { folderOf, isGenerated, NAMES } from "../layout/database-folder.ts";
import type { FolderContent } from "./read-folder.ts";

/** What a folder is judged by. */
export interface JudgeContext {
  settings: Settings | "broken" | undefined;
  /** `YYYY-MM-DD`; absent where the answer has to be the same every day. */
  today?: string | undefined;
  /** Folders of all requests of the same tree: two of them may not be the same database. */
  names: readonly string[];
}

export interface JudgedRequest {
  /** null where there is none, and where anything of it has an error. */
  request: DatabaseRequest | null;
  /** In the order in which everybody tells them: what cannot be read, the name, the request. */
  problems: Problem[];
}

/** Whether a folder has anything of a person in it, whether it can be read or not: otherwise nobody asks for the database. */
export function isRequested({ files, unreadable }: FolderContent): boolean {
  return Object.keys(files.files).length > 0 || unreadable.some(({ below }) => below !== "" && isHandwritten(below));
}

/** Every problem of a folder at once, its lock's included, and its request if there is no error among them. */
export function judgeFolder(content: FolderContent, context: JudgeContext): JudgedRequest {
  const { request, problems } = judgeRequest(content, context);
  const all = [...folderProblems(content), ...problems];
  return { request: all.some(({ severity }) => severity === "error") ? null : request, problems: all };
}

/** What is wrong with a folder whoever asked for it: what cannot be read, in its order, then a lock that does not hold. */
export function folderProblems(content: FolderContent): Problem[] {
  return [...content.unreadable.map(({ problem }) => problem), ...lockProblems(content)];
}

/** Why a lock that can be read does not hold; one that cannot is among what is unreadable. */
export function lockProblems({ lock, unreadable }: FolderContent): Problem[] {
  if (lock === null || lock.ok || unreadable.some(({ below }) => below === NAMES.lock)) return [];
  return lock.problems;
}

/** What the request says, and the problems of its name and its content; without what cannot be read. */
export function judgeRequest(content: FolderContent, context: JudgeContext): JudgedRequest {
  const { database, unreadable } = content;
  if (!isRequested(content)) return { request: null, problems: [] };
  const path = folderOf(database).request;
  const twins = findDuplicateDatabases(context.names).filter((twin) => twin.path === path);
  // Without the request's own text there is nothing more to say.
  if (unreadable.some(({ below }) => below === NAMES.request)) return { request: null, problems: twins };
  const parsed = parseRequest(withPlaceholders(content), context.settings, context.today);
  const told = new Set(unreadable.map(({ problem }) => problem.path));
  // What a duplicate is called in the end is decided with the other one.
  const isTold = (problem: Problem) =>
    told.has(problem.path) || (twins.length > 0 && problem.code === "bad-database-name");
  const problems = (parsed.ok ? parsed.warnings : parsed.problems).filter((problem) => !isTold(problem));
  const sound = parsed.ok && unreadable.every(({ below }) => !isHandwritten(below)) && twins.length === 0;
  return { request: sound ? parsed.value : null, problems: [...twins, ...problems] };
}

/** Files that cannot be read are there all the same: nobody is told that they are missing. */
function withPlaceholders({ database, files, unreadable }: FolderContent): RequestFiles {
  const there = unreadable.filter(({ below }) => isHandwritten(below)).map(({ below }) => [below, ""] as const);
  return { database, files: { ...files.files, ...Object.fromEntries(there) } };
}

function isHandwritten(below: string): boolean {
  return !isGenerated(below);
}

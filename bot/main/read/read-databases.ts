import { folderOf } from "../../../src/layout/database-folder.ts";
import { ENVIRONMENTS } from "../../../src/layout/repository.ts";
import { emptyLock } from "../../../src/lock/advance-lock.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import { parseLock } from "../../../src/lock/parse-lock.ts";
import { parseRequest } from "../../../src/request/parse-request.ts";
import type { DatabaseRequest, RequestFiles } from "../../../src/request/request.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { listDatabases, readRequestFiles } from "../../../src/stories/load.ts";
import type { HubTree } from "../../hub.ts";
import type { DatabaseState } from "../main-state.ts";
import { judgeStanding } from "../permits/standing.ts";
import { isUnreadable } from "./unreadable.ts";

export interface ReadContext {
  settings: Settings;
  repositoryId: string;
  /** Milliseconds since the epoch. */
  now: number;
}

type Entries = Awaited<ReturnType<HubTree["entries"]>>;

/** Every database that has a request in this tree; one that cannot be read does not affect the others. */
export async function readDatabases(tree: HubTree, context: ReadContext): Promise<DatabaseState[]> {
  const entries = await tree.entries(ENVIRONMENTS);
  const names = await listDatabases(tree);
  return Promise.all(names.map((database) => readDatabase(tree, { ...context, database, entries })));
}

interface DatabaseContext extends ReadContext {
  database: string;
  entries: Entries;
}

async function readDatabase(tree: HubTree, context: DatabaseContext): Promise<DatabaseState> {
  const { database, entries, settings } = context;
  const folder = folderOf(database);
  const own = entries.filter(({ path }) => path.startsWith(folder.at("")));
  const odd = own.find(({ mode }) => mode !== "100644");
  const texts =
    odd === undefined
      ? await readTexts(tree, database)
      : { problem: `${odd.path} is not a plain file with mode 100644.` };
  const files: RequestFiles = "files" in texts ? texts.files : { database, files: {} };
  const { request, problem } =
    "files" in texts ? readRequest(files, context) : { request: null, problem: texts.problem };
  const { lock, valid } = readLock("files" in texts ? texts.lock : "", database);
  const approval = "files" in texts ? texts.approval : null;
  const name = request?.source_database.name;
  const source = name !== undefined && Object.hasOwn(settings.sources, name) ? name : null;
  return {
    database,
    files,
    request,
    // A reviewer of a link or submodule does not see the bytes that are used; an invalid lock decides nothing.
    problem: valid ? problem : (problem ?? `${folder.lock} is not a valid lock.`),
    source,
    lock,
    lockValid: valid,
    standing: judgeStanding({ ...context, approval, files, source, lock }),
    manifests: own
      .filter(({ path }) => path.startsWith(`${folder.manifests}/`))
      .map(({ path, blob }) => ({ path, blob })),
    origin: null,
    people: null,
    permittedBefore: false,
    contributors: null,
    failure: null,
    replaced: null,
  };
}

function readRequest(
  files: RequestFiles,
  { settings, now }: ReadContext,
): { request: DatabaseRequest | null; problem: string | null } {
  const today = new Date(now).toISOString().slice(0, 10);
  const parsed = parseRequest(files, settings, today);
  if (parsed.ok) return { request: parsed.value, problem: null };
  const first = parsed.problems.find(({ severity }) => severity === "error");
  return {
    request: null,
    problem: first ? `${first.path}:${first.line}: ${first.what}` : "The request is invalid.",
  };
}

interface Texts {
  files: RequestFiles;
  lock: string | null;
  approval: string | null;
}

async function readTexts(tree: HubTree, database: string): Promise<Texts | { problem: string }> {
  const folder = folderOf(database);
  try {
    const files = await readRequestFiles(tree, database);
    return { files, lock: await tree.read(folder.lock), approval: await tree.read(folder.approval) };
  } catch (error) {
    if (isUnreadable(error)) return { problem: error.message };
    throw error;
  }
}

function readLock(text: string | null, database: string): { lock: Lock; valid: boolean } {
  if (text === null) return { lock: emptyLock(database), valid: true };
  const parsed = parseLock(text, folderOf(database).lock);
  if (!parsed.ok) return { lock: emptyLock(database), valid: false };
  return { lock: parsed.value, valid: parsed.value.database === database };
}

import { folderOf, NAMES } from "../../../src/layout/database-folder.ts";
import { digestOfJson } from "../../../src/crypto/digest.ts";
import { SETTINGS_PATH } from "../../../src/layout/repository.ts";
import { judgePermit, type PermitVerdict } from "../../../src/permit/judge-permit.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { HubTree } from "../../hub/git.ts";
import type { DatabaseState } from "../../decide/main/main-state.ts";
import { digestPart } from "../digest-part.ts";
import { forgetOthers, remember, type Remembered } from "./remember.ts";
import { readOr } from "./unreadable.ts";
import { isPlain } from "../../../src/database/file-mode.ts";
import { judgeFolder, type JudgedRequest } from "../../../src/database/judge-folder.ts";
import { listFolders, namesOf } from "../../../src/database/list-folders.ts";
import { lockOf, readFolder, type FolderContent } from "../../../src/database/read-folder.ts";
import { locateProblem } from "../../../src/problem/locate-problem.ts";

export interface ReadContext {
  settings: Settings;
  repositoryId: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** What was read from each folder, and how it was judged: neither changes while its bytes and what they are judged by are the same. */
export interface FolderMemory {
  read: Remembered<ReadFolder>;
  judged: Remembered<JudgedRequest>;
}

interface ReadFolder {
  content: FolderContent<Entry>;
  renderer: string | null;
}

type Entry = Awaited<ReturnType<HubTree["entries"]>>[number];

/** An empty memory. */
export function createFolderMemory(): FolderMemory {
  return { read: new Map(), judged: new Map() };
}

/** Every database that has a request in this tree; one that cannot be read does not affect the others. */
export async function readDatabases(
  tree: HubTree,
  context: ReadContext,
  memory = createFolderMemory(),
): Promise<DatabaseState[]> {
  const folders = await listFolders(tree);
  const names = namesOf(folders);
  const today = new Date(context.now).toISOString().slice(0, 10);
  const judgedBy = digestOfJson([await digestPart(tree, SETTINGS_PATH), names, today]);
  const shared = { ...context, tree, memory, names, today, judgedBy };
  const found = await Promise.all(folders.requests.map((database) => readDatabase(database, shared)));
  const known = new Set(folders.requests);
  for (const kept of Object.values(memory)) forgetOthers(kept, known);
  return found;
}

interface DatabaseContext extends ReadContext {
  tree: HubTree;
  memory: FolderMemory;
  names: readonly string[];
  /** `YYYY-MM-DD`. */
  today: string;
  /** What everything beside the folder is that it is judged by. */
  judgedBy: string;
}

async function readDatabase(database: string, context: DatabaseContext): Promise<DatabaseState> {
  const { settings } = context;
  const { folder, content, renderer, judged } = await readOnce(database, context);
  const { request, problems } = judged;
  const wrong = problems.find(({ severity }) => severity === "error");
  // A reviewer of a link or submodule does not see the bytes that are used: nothing is compared with such a folder.
  const files = content.unreadable.length === 0 ? content.files : { database, files: {} };
  const name = request?.source_database.name;
  const source = name !== undefined && Object.hasOwn(settings.sources, name) ? name : null;
  const lock = lockOf(content);
  // Beside another file that cannot be read, the permit is not judged at all.
  const approval = content.unreadable.every(({ below }) => below === NAMES.approval) ? content.approval : null;
  return {
    database,
    folder,
    files,
    request,
    problem: wrong === undefined ? null : locateProblem(wrong),
    source,
    lock,
    lockValid: content.lock?.ok !== false,
    verdict: coverSource(
      source,
      judgePermit({ ...context, keys: settings.approval.keys, approval, files, source, lock }),
    ),
    // One with another mode is written again, whatever its bytes.
    manifests: content.manifests.map(({ path, mode, blob }) => ({ path, blob: isPlain(mode) ? blob : "" })),
    renderer,
    origin: null,
    pull: null,
    people: null,
    permittedBefore: false,
    contributors: null,
    failure: null,
    replaced: null,
  };
}

/** What only depends on the bytes of the folder and on what it is judged by. */
async function readOnce(database: string, context: DatabaseContext) {
  const { tree, memory, judgedBy } = context;
  const folder = await digestPart(tree, folderOf(database).path);
  const read = await remember(memory.read, { name: database, key: folder }, async () => ({
    content: await readFolder(tree, database),
    renderer: await readRenderer(tree, database),
  }));
  const judging = { name: database, key: `${folder} ${judgedBy}` };
  const judged = await remember(memory.judged, judging, () => Promise.resolve(judgeFolder(read.content, context)));
  return { folder, ...read, judged };
}

/** A permit covers nothing whose source the settings do not have (any more): nobody could say who decides. */
function coverSource(source: string | null, verdict: PermitVerdict): PermitVerdict {
  return source === null && verdict.permit !== null ? { ...verdict, covers: false } : verdict;
}

async function readRenderer(tree: HubTree, database: string): Promise<string | null> {
  const text = await readOr(tree.read(`${folderOf(database).manifests}/fleet.yaml`), null);
  return /^# Generated by seedbed (\d+) from /.exec(text ?? "")?.[1] ?? null;
}

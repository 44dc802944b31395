import { folderOf, NAMES } from "../../../src/layout/database-folder.ts";
import { isRequested, judgeRequest, type JudgedRequest } from "../../../src/database/judge-folder.ts";
import { listFolders, namesOf } from "../../../src/database/list-folders.ts";
import { lockOf, readFolder } from "../../../src/database/read-folder.ts";
import { readSettings } from "../../../src/database/read-settings.ts";
import { ENVIRONMENTS, SETTINGS_PATH } from "../../../src/layout/repository.ts";
import type { Parsed, Problem } from "../../../src/problem/problem.ts";
import type { DatabaseRequest } from "../../../src/request/request.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { readManifestFiles } from "../../../src/use-cases/render.ts";
import type { HubTree } from "../../hub/git.ts";
import type { Touched } from "../../decide/pull/changed-paths.ts";
import type { Side, SideDatabase, TreeEntry } from "../../decide/pull/pull-state.ts";
import { readOr } from "../main/unreadable.ts";

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
  const { tree, entries, touched } = question;
  const names = namesOf(await listFolders(tree));
  const databases: Record<string, SideDatabase> = {};
  for (const database of touched.databases) databases[database] = await readDatabase(question, database, names);
  return { commit: tree.commit, entries, databases, settings: await readChangedSettings(question) };
}

async function readChangedSettings({ tree, touched }: SideQuestion): Promise<Parsed<Settings> | null> {
  if (!touched.github.includes(SETTINGS_PATH)) return null;
  const { settings, problems } = await readSettings(tree);
  if (settings === undefined) return { ok: false, problems: [removed()] };
  return settings === "broken" ? { ok: false, problems } : { ok: true, value: settings, warnings: problems };
}

function removed(): Problem {
  return {
    severity: "error",
    code: "settings-missing",
    path: SETTINGS_PATH,
    line: 1,
    column: 1,
    what: "the settings were removed",
    why: "without them nothing can be checked, approved or exported",
    fix: `keep ${SETTINGS_PATH}`,
    docs: "docs/reference/settings.md",
  };
}

async function readDatabase(question: SideQuestion, database: string, names: readonly string[]): Promise<SideDatabase> {
  const { tree, settings, today } = question;
  const folder = folderOf(database);
  const content = await readFolder(tree, database);
  const judged = isRequested(content) ? judgeRequest(content, { settings: settings ?? "broken", today, names }) : null;
  const [approval, lock] = await Promise.all(
    [folder.approval, folder.lock].map((path) => readOr(tree.read(path), null)),
  );
  return {
    content,
    files: content.files,
    request: judged === null ? null : parsedOf(judged),
    lock: lockOf(content),
    manifests: await readManifestFiles(tree, database),
    kept: { [NAMES.approval]: approval!, [NAMES.lock]: lock! },
  };
}

function parsedOf({ request, problems }: JudgedRequest): Parsed<DatabaseRequest> {
  return request === null ? { ok: false, problems } : { ok: true, value: request, warnings: problems };
}

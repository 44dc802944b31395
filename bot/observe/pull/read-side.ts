import { folderOf } from "../../../src/layout/database-folder.ts";
import { ENVIRONMENTS, SETTINGS_PATH } from "../../../src/layout/repository.ts";
import { listFolders, namesOf } from "../../../src/database/list-folders.ts";
import { readFolder } from "../../../src/database/read-folder.ts";
import { readSettingsText } from "../../../src/database/read-settings.ts";
import { readManifestFiles } from "../../../src/use-cases/render.ts";
import type { FileEntry } from "../../../src/merge/list-changed-paths.ts";
import type { Touched } from "../../decide/gate/changed-paths.ts";
import type { MainSide, ResultSide } from "../../decide/pull/pull-state.ts";
import type { SizedEntry } from "../../../src/github/tree.ts";
import type { HubTree } from "../../hub/git.ts";
import { readOr } from "../main/unreadable.ts";

export type EntryTree = Omit<HubTree, "commit">;

/** All entries of environments/ and .github at a commit, without contents. */
export async function readEntries(tree: EntryTree): Promise<FileEntry[]> {
  const all = await readSizedEntries(tree);
  return all.map(({ path, mode, blob }) => ({ path, mode, blob }));
}

/** The same with the bytes of each. */
export async function readSizedEntries(tree: EntryTree): Promise<SizedEntry[]> {
  return [...(await tree.entries(ENVIRONMENTS)), ...(await tree.entries(".github"))];
}

/** Reads of a merge's result what people changed: nothing of it is parsed here. */
export async function readResult(tree: EntryTree, touched: Touched): Promise<ResultSide> {
  return {
    entries: await readEntries(tree),
    contents: await forEach(touched, (database) => readFolder(tree, database, "request")),
    names: namesOf(await listFolders(tree)),
    settings: touched.github.includes(SETTINGS_PATH) ? await readSettingsText(tree) : undefined,
  };
}

/** Reads the same databases on main, with what programs wrote. */
export async function readMain(tree: EntryTree, touched: Touched): Promise<MainSide> {
  return {
    entries: await readEntries(tree),
    names: namesOf(await listFolders(tree)),
    contents: await forEach(touched, (database) => readFolder(tree, database)),
    manifests: await forEach(touched, (database) => readManifestFiles(tree, database)),
    kept: Object.assign(
      {},
      ...Object.values(await forEach(touched, (database) => readKept(tree, database))),
    ) as MainSide["kept"],
  };
}

/** Texts of a database's lock and permit, by path. */
async function readKept(tree: EntryTree, database: string): Promise<Record<string, string>> {
  const { approval, lock } = folderOf(database);
  const read = async (path: string) => [path, await readOr(tree.read(path), null)] as const;
  const texts = await Promise.all([approval, lock].map(read));
  return Object.fromEntries(texts.flatMap(([path, text]) => (text === null ? [] : [[path, text]])));
}

/** By name, one after the other: a pull request may have many. Names are anybody's, `__proto__` too. */
async function forEach<T>({ databases }: Touched, read: (database: string) => Promise<T>): Promise<Record<string, T>> {
  const found: [string, T][] = [];
  for (const database of databases) found.push([database, await read(database)]);
  return Object.fromEntries(found);
}

import { folderOf, placeOf } from "../../../src/layout/database-folder.ts";
import { emptyLock } from "../../../src/lock/advance-lock.ts";
import { checkBundlesRemain } from "../../../src/manifests/check-bundles-remain.ts";
import { checkManifests } from "../../../src/manifests/check-manifests.ts";
import type { RenderedFile } from "../../../src/manifests/rendered-file.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import { findDuplicateDatabases, parseDatabaseName } from "../../../src/request/database-name.ts";
import type { DatabaseRequest } from "../../../src/request/request.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { hasErrors, type LoadedDatabase } from "../../../src/use-cases/load.ts";
import { planDatabase } from "../../../src/use-cases/plan.ts";
import { renderDatabase } from "../../../src/use-cases/render.ts";
import type { Touched } from "./changed-paths.ts";
import type { PullState, SideDatabase } from "./pull-state.ts";

/** A changed database: its problems, its plan, and the manifests that belong in the tree. */
export interface JudgedDatabase {
  database: string;
  request: DatabaseRequest | null;
  before: DatabaseRequest | null;
  /** The merge base has a request, and the head does not. */
  retired: boolean;
  problems: Problem[];
  plan: Plan | null;
  /** null if errors prevent rendering. */
  manifests: RenderedFile[] | null;
}

/** The two commits that are compared, and main's settings. */
type Compared = Pick<PullState, "base" | "head" | "settings">;

/** Judges every changed database with the settings of main and the locks of the merge base. */
export function judgeDatabases(state: Compared, touched: Touched): JudgedDatabase[] {
  return touched.databases.map((database) => judgeDatabase(state, database));
}

function judgeDatabase(state: Compared, database: string): JudgedDatabase {
  const [head, base] = [state.head.databases[database], state.base.databases[database]];
  const { settings } = state.settings;
  const before = requestOf(base);
  const none = { database, before, request: null, retired: false, problems: [], plan: null, manifests: null };
  if (head === undefined || head.request === null) return retire(state, none);
  const found = [...nameProblems(state, database), ...(base?.lockProblems ?? []), ...problemsOf(head)];
  const request = requestOf(head);
  if (request === null || settings === null || hasErrors(found)) return { ...none, request, problems: found };
  // The lock belongs to main: the one in the pull request is ignored.
  const after: LoadedDatabase = { database, files: head.files, request, lock: base?.lock ?? emptyLock(database) };
  const earlier =
    base === undefined || before === null ? null : { database, files: base.files, request: before, lock: base.lock };
  const plan = planDatabase({ settings, before: earlier, after, there: base?.manifests ?? [] });
  const problems = [...found, ...plan.risks];
  if (hasErrors(problems)) return { ...none, request, plan, problems };
  const manifests = render(after, request, settings);
  return { ...none, request, plan, manifests, problems: [...problems, ...checkManifests(manifests)] };
}

function render(after: LoadedDatabase, request: DatabaseRequest, settings: Settings): RenderedFile[] {
  return renderDatabase({ ...after, request, settings });
}

function retire(state: Compared, none: JudgedDatabase): JudgedDatabase {
  const base = state.base.databases[none.database];
  const retired = base !== undefined && base.request !== null;
  const { settings } = state.settings;
  if (!retired || settings === null || base === undefined) return { ...none, retired, manifests: [] };
  const { files, lock, manifests } = base;
  const loaded = { database: none.database, files, lock };
  const before = { ...loaded, request: none.before };
  const plan = planDatabase({ settings, before, after: { ...loaded, request: null }, there: manifests });
  return { ...none, retired, plan, manifests: [] };
}

function requestOf(side: SideDatabase | undefined): DatabaseRequest | null {
  return side?.request?.ok === true ? side.request.value : null;
}

function problemsOf({ request }: SideDatabase): Problem[] {
  if (request === null) return [];
  return request.ok ? request.warnings : request.problems;
}

function nameProblems(state: Compared, database: string): Problem[] {
  const parsed = parseDatabaseName(database);
  if (!parsed.ok) return parsed.problems;
  const names = new Set(state.head.entries.flatMap(({ path }) => placeOf(path)?.database ?? []));
  const top = folderOf(database).at("");
  return findDuplicateDatabases([...names]).filter(({ path }) => path.startsWith(top));
}

/** Refuses a change after which Fleet would not find any folder. */
export function checkLastBundle(state: PullState, judged: readonly JudgedDatabase[]): Problem[] {
  const before = state.base.entries.map(({ path }) => path);
  const rendered = new Map(judged.map(({ database, manifests }) => [database, manifests]));
  const kept = state.head.entries
    .map(({ path }) => path)
    .filter((path) => (rendered.get(placeOf(path)?.database ?? "") ?? null) === null || !path.includes("/manifests/"));
  const added = judged.flatMap(({ manifests }) => (manifests ?? []).map(({ path }) => path));
  return checkBundlesRemain(before, [...kept, ...added]);
}

import { databaseFileOf, NAMES } from "../../../src/layout/database-folder.ts";
import { lockProblems } from "../../../src/database/judge-folder.ts";
import { lockOf, type UnreadablePath } from "../../../src/database/read-folder.ts";
import { checkBundlesRemain } from "../../../src/manifests/check-bundles-remain.ts";
import { checkManifests } from "../../../src/manifests/check-manifests.ts";
import type { RenderedFile } from "../../../src/manifests/rendered-file.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import type { DatabaseRequest } from "../../../src/request/request.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { hasErrors, type LoadedDatabase } from "../../../src/use-cases/load.ts";
import { planDatabase } from "../../../src/use-cases/plan.ts";
import { renderDatabase } from "../../../src/use-cases/render.ts";
import type { Touched } from "../gate/changed-paths.ts";
import type { MainDatabase, ParsedDatabase, ParsedSides } from "./parse-sides.ts";
import type { PullSides } from "./pull-state.ts";

/** A changed database: its problems, its plan, and the manifests that belong in the tree. */
export interface JudgedDatabase {
  database: string;
  request: DatabaseRequest | null;
  before: DatabaseRequest | null;
  /** Main has a request, and the result does not. */
  retired: boolean;
  problems: Problem[];
  plan: Plan | null;
  /** null if errors prevent rendering. */
  manifests: RenderedFile[] | null;
}

type Compared = Pick<ParsedSides, "before" | "after"> & Pick<PullSides, "settings">;

/** Judges every changed database with the settings and locks of main. */
export function judgeDatabases(state: Compared, touched: Touched): JudgedDatabase[] {
  return touched.databases.map((database) => judgeDatabase(state, database));
}

function judgeDatabase(state: Compared, database: string): JudgedDatabase {
  const [head, base] = [state.after[database], state.before[database]];
  const { settings } = state.settings;
  const before = requestOf(base);
  const none = { database, before, request: null, retired: false, problems: [], plan: null, manifests: null };
  if (head === undefined || head.request === null) return retire(state, none);
  const found = [...folderProblems(head, base), ...lockProblemsOf(base), ...problemsOf(head)];
  const request = requestOf(head);
  if (request === null || settings === null || hasErrors(found)) return { ...none, request, problems: found };
  // The lock belongs to main: the one in the pull request is ignored.
  const after: LoadedDatabase = {
    database,
    files: head.files,
    request,
    lock: base?.lock ?? lockOf({ database, lock: null }),
  };
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
  const [head, base] = [state.after[none.database], state.before[none.database]];
  const problems = head === undefined ? [] : head.content.unreadable.map(({ problem }) => problem);
  if (hasErrors(problems)) return { ...none, problems };
  const retired = base !== undefined && base.request !== null;
  const { settings } = state.settings;
  if (!retired || settings === null || base === undefined) return { ...none, retired, manifests: [] };
  const { files, lock, manifests } = base;
  const loaded = { database: none.database, files, lock };
  const before = { ...loaded, request: none.before };
  const plan = planDatabase({ settings, before, after: { ...loaded, request: null }, there: manifests });
  return { ...none, retired, plan, manifests: [] };
}

function requestOf(side: ParsedDatabase | undefined): DatabaseRequest | null {
  return side?.request?.ok === true ? side.request.value : null;
}

function problemsOf({ request }: ParsedDatabase): Problem[] {
  if (request === null) return [];
  return request.ok ? request.warnings : request.problems;
}

/**
 * What is wrong with other files than the request's. Lock and permit are main's: the bot undoes a pull request's change of
 * them, so that only what main has as well, or what the bot cannot write over, is a problem.
 */
function folderProblems(head: ParsedDatabase, base: MainDatabase | undefined): Problem[] {
  const onMain = base?.content.unreadable.filter(({ below }) => KEPT.includes(below)) ?? [];
  const isNew = ({ below }: UnreadablePath) => !onMain.some((known) => known.below === below);
  return [...head.content.unreadable.filter(isNew), ...onMain].map(({ problem }) => problem);
}

function lockProblemsOf(base: MainDatabase | undefined): Problem[] {
  return base === undefined ? [] : lockProblems(base.content);
}

const KEPT: readonly string[] = [NAMES.approval, NAMES.lock];

/** Refuses a change after which Fleet would not find any folder. */
export function checkLastBundle(
  state: Pick<PullSides, "main" | "result">,
  judged: readonly JudgedDatabase[],
): Problem[] {
  const before = state.main.entries.map(({ path }) => path);
  const rendered = new Map(judged.map(({ database, manifests }) => [database, manifests]));
  const kept = state.result.entries
    .map(({ path }) => path)
    .filter(
      (path) => (rendered.get(databaseFileOf(path)?.database ?? "") ?? null) === null || !path.includes("/manifests/"),
    );
  const added = judged.flatMap(({ manifests }) => (manifests ?? []).map(({ path }) => path));
  return checkBundlesRemain(before, [...kept, ...added]);
}

import { SeedbedError } from "../../../src/problem/error.ts";
import { readSettings } from "../../../src/database/read-settings.ts";
import type { Failed } from "../../../src/lock/seed-result.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { Hub, HubTree } from "../../hub/hub.ts";
import { readApprovers } from "../read-review-facts.ts";
import type { DatabaseState, MainState, RunState, WorkflowFacts } from "../../decide/main/main-state.ts";
import type { OldRunsMemory } from "../../write/remove-old-runs.ts";
import { findSettingsMove, mayRebuild } from "../../decide/main/permits/decide-rebuild.ts";
import { findManualRuns, isManual, runsInFlight } from "../../decide/main/permits/manual-runs.ts";
import { isRecent } from "../../decide/main/comments/recent.ts";
import { readBaseOrigin } from "./read-base-origin.ts";
import { listRuns } from "./list-runs.ts";
import { readDatabases } from "./read-databases.ts";
import { readFailure } from "./read-failure.ts";
import { readPermittedBefore, readUnpermittedContributors } from "./read-contributors.ts";
import { readMergedPull, readRequestOrigin } from "./read-origin.ts";
import { readReplaced } from "./read-replaced.ts";
import { remember, type Remembered } from "./remember.ts";
import { readBlob, readRun } from "./read-runs.ts";

/** What a process remembers to save calls, and to know its own runs before GitHub lists them. It can be lost without harm. */
export interface MainMemory {
  /** Titles of runs, and when they were started, by GitHub's clock. */
  started: Map<string, number>;
  /** Runs that were cancelled, and when: stopping takes a job some seconds, and only later is it asked again. */
  cancelled: Map<string, number>;
  harmless: Set<string>;
  /** Foreign runs that left what looks like a result. Like the harmless ones they have ended, so this does not change. */
  forged: Set<string>;
  /** What was read for each database at one head of main, or from one failed run; it cannot change. */
  pulls: Remembered<number | null>;
  replaced: Remembered<DatabaseState["replaced"]>;
  failures: Remembered<Failed | null>;
  oldRuns: OldRunsMemory;
}

/** A run that GitHub does not list within this time was never created. */
const LISTED_WITHIN = 2 * 60_000;

/** Reads everything about main that decides what to do; null if main has no valid settings. */
export async function readMainState(hub: Hub, memory: MainMemory): Promise<MainState | null> {
  const { defaultBranch, id, owner, name } = hub.repository;
  const head = await hub.git.head(defaultBranch);
  if (head === null) return null;
  const tree = await hub.git.treeAt(head);
  const { settings } = await readSettings(tree);
  if (settings === undefined || settings === "broken") return null;
  const now = await hub.gitHubTime();
  const databases = await readDatabases(tree, { settings, repositoryId: id, now });
  const workflow = await readWorkflow(hub, tree);
  const repository = { id, name: `${owner}/${name}` };
  const { botLogin, appId } = hub;
  const base: MainState = {
    repository,
    botLogin,
    appId,
    head,
    now,
    settings,
    databases,
    workflow,
    runs: [],
    started: [],
    baseOrigins: new Map(),
  };
  base.runs = await readRuns(hub, base, memory);
  base.started = [...memory.started.keys()];
  base.databases = await Promise.all(databases.map((db) => readMore(hub, { ...base, memory }, db)));
  base.baseOrigins = await readBaseOrigins(hub, base);
  return base;
}

async function readWorkflow(hub: Hub, tree: HubTree): Promise<WorkflowFacts | null> {
  const found = await hub.actions.workflow();
  return found === null ? null : { ...found, blob: await readBlob(hub, tree.commit, found.path) };
}

async function readRuns(hub: Hub, state: MainState, memory: MainMemory): Promise<RunState[]> {
  const { workflow } = state;
  if (workflow === null) return [];
  const listed = await listRuns(hub, { ...state, workflow });
  const titles = new Set(listed.map(({ title }) => title));
  for (const [title, at] of memory.started)
    if (titles.has(title) || at < state.now - LISTED_WITHIN) memory.started.delete(title);
  const { defaultBranch } = hub.repository;
  const context = { ...state, workflow, defaultBranch, memory };
  return Promise.all(listed.map((facts) => readRun(hub, facts, context)));
}

/** Reads what is only needed for some databases: how the request came to main, who may decide, what failed. */
async function readMore(hub: Hub, state: MoreState, db: DatabaseState): Promise<DatabaseState> {
  const { standing, database } = db;
  const { head, settings, memory } = state;
  const covered = standing.kind !== "none" && standing.kind !== "broken" && standing.covers;
  const requested = findManualRuns(state, db).length > 0;
  const recent = isRecent(state, db);
  const needsThread = requested || (recent && covered && standing.permit.cause !== "review");
  const unknown = requested && !covered;
  const here = { name: database, key: head };
  return {
    ...db,
    origin: covered ? null : await readRequestOrigin(hub, { head, files: db.files }),
    pull:
      covered && needsThread ? await remember(memory.pulls, here, () => readMergedPull(hub, { head, database })) : null,
    ...(covered && !requested ? await readStarters(hub, state, db) : await readPeople(hub, settings, db)),
    permittedBefore: unknown ? await readPermittedBefore(hub, db, { head, settings }) : false,
    contributors: unknown ? await readUnpermittedContributors(hub, db, { head, settings }) : null,
    failure: recent ? await rememberFailure(hub, memory, db) : null,
    replaced:
      recent && covered ? await remember(memory.replaced, here, () => readReplaced(hub, db, { head, settings })) : null,
  };
}

type MoreState = MainState & { memory: MainMemory };

async function rememberFailure(hub: Hub, memory: MainMemory, db: DatabaseState): Promise<Failed | null> {
  const { run, approval } = db.lock.last_attempt ?? {};
  return remember(memory.failures, { name: db.database, key: `${run} ${approval}` }, () => readFailure(hub, db));
}

/** The people of a request's source. A team that GitHub does not know stops only this database. */
async function readPeople(hub: Hub, settings: Settings, db: DatabaseState): Promise<Partial<DatabaseState>> {
  const source = db.source === null ? undefined : settings.sources[db.source];
  if (source === undefined) return {};
  try {
    const [dba, reseed] = [await readApprovers(hub.people, source.dba), await readApprovers(hub.people, source.reseed)];
    return { people: { dba, reseed } };
  } catch (error) {
    if (error instanceof SeedbedError && error.code === "team-unknown")
      return { request: null, problem: `${error.message} ${error.fix}` };
    throw error;
  }
}

/** Whoever started a run of an open permit may have to be told why it is cancelled: how depends on whether they may start any. */
async function readStarters(hub: Hub, state: MoreState, db: DatabaseState): Promise<Pick<DatabaseState, "people">> {
  if (!runsInFlight(state, db.database).some((run) => isManual(run, state))) return { people: null };
  return { people: (await readPeople(hub, state.settings, db)).people ?? null };
}

async function readBaseOrigins(hub: Hub, { head, databases, settings }: MainState): Promise<MainState["baseOrigins"]> {
  const moved = databases.flatMap((db) => {
    const { standing, request } = db;
    if (request === null || standing.kind === "none" || standing.kind === "broken") return [];
    const base = mayRebuild(standing) && findSettingsMove({ ...db, request }, settings) === "base";
    return base ? [request.database.base] : [];
  });
  const names = [...new Set(moved)];
  return new Map(
    await Promise.all(names.map(async (base) => [base, await readBaseOrigin(hub, { head, base })] as const)),
  );
}

/** An empty memory for a new process. */
export function createMemory(): MainMemory {
  return {
    started: new Map(),
    cancelled: new Map(),
    harmless: new Set(),
    forged: new Set(),
    pulls: new Map(),
    replaced: new Map(),
    failures: new Map(),
    oldRuns: { current: null, blobs: new Map() },
  };
}

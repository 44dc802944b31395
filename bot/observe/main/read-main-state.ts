import { SeedbedError } from "../../../src/problem/error.ts";
import type { Failed } from "../../../src/lock/seed-result.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { Hub, HubPeople } from "../../hub/hub.ts";
import type { HubTree } from "../../hub/git.ts";
import type { RunFacts } from "../../hub/runs.ts";
import { readSettings } from "../../../src/database/read-settings.ts";
import { sharePeople } from "../share-people.ts";
import { readApprovers } from "../read-review-facts.ts";
import type { DatabaseState, MainState, RunState, WorkflowFacts } from "../../decide/main/main-state.ts";
import { findSettingsMove, mayRebuild } from "../../decide/main/permits/decide-rebuild.ts";
import { findManualRuns, isManual } from "../../decide/main/permits/manual-runs.ts";
import { runsInFlight } from "../../decide/main/permits/runs-in-flight.ts";
import { isRecent } from "../../decide/main/comments/recent.ts";
import { readBaseOrigin } from "./read-base-origin.ts";
import { listRuns } from "./list-runs.ts";
import { readDatabases } from "./read-databases.ts";
import { readLeftovers, readMarker } from "./read-leftovers.ts";
import { readFailure } from "./read-failure.ts";
import { readPermittedBefore, readUnpermittedContributors } from "./read-contributors.ts";
import { readMergedPull } from "./read-origin.ts";
import type { MainMemory } from "./main-memory.ts";
import { readReplaced } from "./read-replaced.ts";
import { remember } from "./remember.ts";
import { readBlob } from "./read-blob.ts";
import { RunReader } from "./run-reader.ts";

/** A run that GitHub does not list within this time was never created. */
const LISTED_WITHIN = 2 * 60_000;

/** Reads everything about main that decides what to do; null if main has no valid settings. */
export async function readMainState(hub: Hub, memory: MainMemory): Promise<MainState | null> {
  return new MainReader(hub, memory).read();
}

class MainReader {
  private readonly hub: Hub;
  private readonly memory: MainMemory;
  private readonly people: HubPeople;

  constructor(hub: Hub, memory: MainMemory) {
    this.hub = hub;
    this.memory = memory;
    this.people = sharePeople(hub.people);
  }

  async read(): Promise<MainState | null> {
    const { repository, botLogin, appId } = this.hub;
    const { id, owner, name } = repository;
    const head = await this.hub.git.head(repository.defaultBranch);
    if (head === null) return null;
    const tree = await this.hub.git.treeAt(head);
    const { settings } = await readSettings(tree);
    if (settings === undefined || settings === "broken") return null;
    const now = await this.hub.gitHubTime();
    const state: MainState = {
      repository: { id, name: `${owner}/${name}` },
      botLogin,
      appId,
      head,
      now,
      settings,
      leftovers: await readLeftovers(tree),
      marker: await readMarker(tree),
      databases: await readDatabases(tree, { settings, repositoryId: id, now }, this.memory.folders),
      workflow: await this.readWorkflow(tree),
      runs: [],
      started: [],
      baseOrigins: new Map(),
    };
    // Each of these is read for what was read before it.
    state.runs = await this.readRuns(state);
    state.started = [...this.memory.started.keys()];
    const origins = await this.readOrigins(state);
    state.databases = await Promise.all(
      state.databases.map((db) => this.readMore(state, { ...db, origin: origins.get(db.database) ?? null })),
    );
    state.baseOrigins = await this.readBaseOrigins(state);
    return state;
  }

  private async readWorkflow(tree: HubTree): Promise<WorkflowFacts | null> {
    const found = await this.hub.actions.workflow();
    return found === null ? null : { ...found, blob: await readBlob(this.hub, tree.commit, found.path) };
  }

  private async readRuns(state: MainState): Promise<RunState[]> {
    const { workflow } = state;
    if (workflow === null) return [];
    const listed = await listRuns(this.hub, { ...state, workflow });
    this.forgetStarted(listed, state.now);
    const { defaultBranch } = this.hub.repository;
    const reader = new RunReader(this.hub, { ...state, workflow, defaultBranch, memory: this.memory });
    return Promise.all(listed.map((facts) => reader.read(facts)));
  }

  private forgetStarted(listed: readonly RunFacts[], now: number): void {
    const { started } = this.memory;
    const titles = new Set(listed.map(({ title }) => title));
    for (const [title, at] of started) if (titles.has(title) || at < now - LISTED_WITHIN) started.delete(title);
  }

  private readOrigins(state: MainState): ReturnType<MainMemory["origins"]["read"]> {
    const { databases, head, now } = state;
    const awaited = databases.filter((db) => findManualRuns(state, db).length > 0).map(({ database }) => database);
    return this.memory.origins.read(this.hub, { head, now, databases, awaited: new Set(awaited) });
  }

  /** Reads what is only needed for some databases: who may decide, where it is told, what failed. */
  private async readMore(state: MainState, db: DatabaseState): Promise<DatabaseState> {
    const { hub, memory } = this;
    const { verdict, database } = db;
    const { head, settings } = state;
    const { covers: covered } = verdict;
    const requested = findManualRuns(state, db).length > 0;
    const recent = isRecent(state, db);
    const needsThread = requested || (recent && verdict.covers && verdict.permit.cause !== "review");
    const unknown = requested && !covered;
    const here = { name: database, key: db.folder };
    return {
      ...db,
      pull:
        covered && needsThread
          ? await remember(memory.pulls, here, () => readMergedPull(hub, { head, database }))
          : null,
      ...(covered && !requested ? await this.readStarters(state, db) : await this.readPeople(settings, db)),
      permittedBefore: unknown ? await readPermittedBefore(hub, db, { head, settings }) : false,
      contributors: unknown ? await readUnpermittedContributors(hub, db, { head, settings }) : null,
      failure: recent ? await this.readFailure(db) : null,
      replaced:
        recent && covered
          ? await remember(memory.replaced, here, () => readReplaced(hub, db, { head, settings }))
          : null,
    };
  }

  private async readFailure(db: DatabaseState): Promise<Failed | null> {
    const { run, approval } = db.lock.last_attempt ?? {};
    const here = { name: db.database, key: `${run} ${approval}` };
    return remember(this.memory.failures, here, () => readFailure(this.hub, db));
  }

  /** The people of a request's source. A team that GitHub does not know stops only this database. */
  private async readPeople(settings: Settings, db: DatabaseState): Promise<Partial<DatabaseState>> {
    const source = db.source === null ? undefined : settings.sources[db.source];
    if (source === undefined) return {};
    const { people } = this;
    try {
      const [dba, reseed] = [await readApprovers(people, source.dba), await readApprovers(people, source.reseed)];
      return { people: { dba, reseed } };
    } catch (error) {
      if (error instanceof SeedbedError && error.code === "team-unknown")
        return { request: null, problem: `${error.message} ${error.fix}` };
      throw error;
    }
  }

  /** Whoever started a run of an open permit may have to be told why it is cancelled: how depends on whether they may start any. */
  private async readStarters(state: MainState, db: DatabaseState): Promise<Pick<DatabaseState, "people">> {
    if (!runsInFlight(state, db.database).some((run) => isManual(run, state))) return { people: null };
    return { people: (await this.readPeople(state.settings, db)).people ?? null };
  }

  private async readBaseOrigins({ head, databases, settings }: MainState): Promise<MainState["baseOrigins"]> {
    const moved = databases.flatMap((db) => {
      const { verdict, request } = db;
      if (request === null) return [];
      const base = mayRebuild(verdict) && findSettingsMove({ ...db, request }, settings) === "base";
      return base ? [request.database.base] : [];
    });
    const readOne = async (base: string) => [base, await readBaseOrigin(this.hub, { head, base })] as const;
    return new Map(await Promise.all([...new Set(moved)].map(readOne)));
  }
}

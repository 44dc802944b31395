import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DumpCell } from "../../dump/format.ts";
import type { Moment } from "../../journal.ts";
import { ora } from "../engine/tokens.ts";
import { appendMoment, hostPath, loadDatabase, readWorldFiles, saveDatabase, type WorldFiles } from "./files.ts";
import type { Container, Database, Table } from "./model.ts";
import { runnableJobs, takeNextParameters } from "./parameters.ts";

/** A running instance: what is lost when its process ends. */
export interface Instance {
  root: string;
  sid: string;
  profile: ImageProfile;
  world: WorldFiles;
  status: "STARTED" | "MOUNTED" | "OPEN";
  database: Database;
  pdbs: Map<string, PdbState>;
  sessions: Set<Session>;
  nextSession: number;
  /** Rows before changes that are not committed yet. */
  pending: Map<Table, { session: Session; rows: DumpCell[][] }>;
  /** Asked to stop at its next step, by `OWNER.JOB`. */
  stopRequests: Map<string, "stop" | "kill">;
  restrictedRoot: boolean;
}

export interface ImageProfile {
  name: "gvenzl-free" | "free-26ai" | "ee-19c";
  sid: string;
  pdb: string;
  /** `COMMON_USER_PREFIX=''`: a user made in the root by mistake is made. */
  emptyCommonPrefix: boolean;
  free: boolean;
  /** Mounted pluggable databases are opened unrestricted by the start script. */
  opensMounted: boolean;
}

export interface PdbState {
  mode: "MOUNTED" | "READ ONLY" | "READ WRITE";
  restricted: boolean;
}

export interface Session {
  id: number;
  serial: number;
  user: string;
  /** Whose rights count now; a definer's procedure changes it. */
  effective: string;
  schema: string;
  sysdba: boolean;
  container: Container;
  program: Moment["program"];
  output: string[];
  killed: boolean;
  tag: string | null;
}

/** NOMOUNT, then MOUNT: parameter file and control file must be there. */
export function mountInstance(root: string, profile: ImageProfile): Instance {
  const home = join(root, "opt/oracle/product", profile.name === "ee-19c" ? "19c/dbhome_1" : "26ai/dbhomeFree");
  const spfile = join(home, "dbs", `spfile${profile.sid}.ora`);
  if (!existsSync(spfile)) {
    const init = `${home}/dbs/init${profile.sid}.ora`;
    throw ora(1078, `failure in processing system parameters\nLRM-00109: could not open parameter file '${init}'`);
  }
  const parameters = JSON.parse(readFileSync(spfile, "utf8")) as Record<string, string>;
  refuseMemory(profile, parameters);
  const database = loadDatabase(root, profile.sid);
  if (!database) throw ora(205, "error in identifying control file, check alert log for more info");
  database.containers[0]!.parameters = parameters;
  return {
    root,
    sid: profile.sid,
    profile,
    database,
    world: readWorldFiles(root),
    status: "MOUNTED",
    pdbs: new Map(),
    sessions: new Set(),
    nextSession: 1,
    pending: new Map(),
    stopRequests: new Map(),
    restrictedRoot: false,
  };
}

function refuseMemory(profile: ImageProfile, parameters: Record<string, string>): void {
  const total = Number(parameters["sga_target"] ?? 0) + Number(parameters["pga_aggregate_target"] ?? 0);
  if (profile.free && total > 2 * 1024 ** 3)
    throw ora(56752, "Oracle AI Database Free memory parameter invalid or not specified");
}

/** Opens the root and every pluggable database as its saved row says; the others stay mounted. */
export function openDatabase(instance: Instance): void {
  requireDatafiles(instance, instance.database.containers[0]!);
  const { database } = instance;
  for (const container of database.containers.slice(1)) {
    const saved = database.savedStates.find(({ conName }) => conName === container.name);
    const seed = container.name === "PDB$SEED";
    instance.pdbs.set(container.name, { mode: seed ? "READ ONLY" : "MOUNTED", restricted: false });
    if (saved) takeNextParameters(container);
    if (saved) instance.pdbs.set(container.name, { mode: "READ WRITE", restricted: saved.restricted });
    for (const job of container.dataPumpJobs) Object.assign(job, { state: "NOT RUNNING", attached: 0 });
  }
  instance.status = "OPEN";
  saveState(instance);
}

/** ORA-01157 where a file of the container is gone. */
export function requireDatafiles(instance: Instance, container: Container): void {
  for (const { path } of container.tablespaces.flatMap(({ files }) => files)) {
    if (existsSync(hostPath(instance.root, path))) continue;
    throw ora(1157, `cannot identify/lock data file - see DBWR trace file\nORA-01110: data file: '${path}'`);
  }
}

/** Writes the committed state: what open transactions changed is left out. */
export function saveState(instance: Instance): void {
  const changed = [...instance.pending].map(([table, { rows }]) => ({ table, now: table.rows, before: rows }));
  for (const { table, before } of changed) table.rows = before;
  instance.database.scn += 1;
  saveDatabase(instance.root, instance.database);
  for (const { table, now } of changed) table.rows = now;
}

/** Appends what the database looks like now to the world's journal. */
export function journal(instance: Instance, moment: Pick<Moment, "program" | "event" | "tag">): void {
  const pdb = instance.database.containers.find(({ conId }) => conId === 3)!;
  const state = instance.pdbs.get(pdb.name) ?? { mode: "MOUNTED", restricted: false };
  const tables = pdb.tables.map((table) => ({
    name: `${table.owner}.${table.name}`,
    rows: instance.pending.get(table)?.rows ?? table.rows,
  }));
  appendMoment(instance.world, {
    time: new Date().toISOString(),
    start: instance.world.start,
    ...moment,
    open_mode: state.mode,
    restricted: state.restricted,
    jobs: state.mode === "READ WRITE" ? runnableJobs(instance.database, pdb) : 0,
    users_unlocked: pdb.users.filter((user) => !user.maintained && !user.locked).map((user) => user.name),
    db_links: pdb.links.length,
    rows: Object.fromEntries(tables.map(({ name, rows }) => [name, rows.length])),
    masked: !tables.some(({ rows }) =>
      rows.some((row) => row.some((cell) => String(cell).includes(instance.world.rawMarker))),
    ),
  });
}

/** Ends transactions of a session; a rollback brings the rows back. */
export function endTransaction(instance: Instance, session: Session, commit: boolean): boolean {
  const mine = [...instance.pending].filter(([, pending]) => pending.session === session);
  for (const [table, { rows }] of mine) {
    if (!commit) table.rows = rows;
    instance.pending.delete(table);
  }
  if (mine.length > 0 && commit) saveState(instance);
  return mine.length > 0;
}

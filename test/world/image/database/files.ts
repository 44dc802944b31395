import { appendFileSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Moment } from "../../journal.ts";
import type { Database } from "./model.ts";

/** A container's path as a path of this machine. */
export function hostPath(root: string, path: string): string {
  return path === root || path.startsWith(`${root}/`) ? path : join(root, path);
}

/** Whether there is a link between the top of the volume and the path; Data Pump refuses that. */
export function hasLink(root: string, path: string): boolean {
  let at = hostPath(root, path);
  while (at.length > root.length && at !== "/") {
    if (existsSync(at) && lstatSync(at).isSymbolicLink()) return true;
    at = dirname(at);
  }
  return false;
}

const controlFile = (root: string, sid: string): string => join(root, "opt/oracle/oradata", sid, "control01.ctl");

/** null if there is no control file. */
export function loadDatabase(root: string, sid: string): Database | null {
  const file = controlFile(root, sid);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Database) : null;
}

/** Written beside and renamed: a kill leaves the old or the new state, never half of one. */
export function saveDatabase(root: string, database: Database): void {
  const file = controlFile(root, database.sid);
  const beside = `${file}.new`;
  writeFileSync(beside, JSON.stringify(database));
  renameSync(beside, file);
}

/** A datafile on the volume; small, but its absence is noticed at the next open. */
export function createDatafile(root: string, path: string): void {
  const file = hostPath(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "datafile\n");
}

/** Where the world writes: beside the container, never on its volume. Read from `.world/` in the root file system. */
export interface WorldFiles {
  journal: string;
  start: number;
  /** Text that only unmasked rows have. */
  rawMarker: string;
  /** Milliseconds that the import of one table takes. */
  tableMilliseconds: number;
}

export function readWorldFiles(root: string): WorldFiles {
  const file = join(root, ".world/world.json");
  const defaults = {
    journal: join(root, ".world/journal.jsonl"),
    start: 1,
    rawMarker: "@prod.example",
    tableMilliseconds: 20,
  };
  return existsSync(file)
    ? { ...defaults, ...(JSON.parse(readFileSync(file, "utf8")) as Partial<WorldFiles>) }
    : defaults;
}

export function appendMoment(world: WorldFiles, moment: Moment): void {
  appendFileSync(world.journal, `${JSON.stringify(moment)}\n`);
}

/** A statement that the stand-in does not know: refused to the client and kept for the tests. */
export function appendRefusal(world: WorldFiles, sql: string): void {
  appendFileSync(`${world.journal}.refused`, `${JSON.stringify(sql)}\n`);
}

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { OraError } from "../../oracle/engine.ts";
import { readDump, type DumpContents } from "../../dump/format.ts";
import { ora } from "../engine/tokens.ts";
import { hasLink, hostPath } from "./files.ts";
import type { Instance, Session } from "./instance.ts";
import type { DataPumpJob } from "./model.ts";
import { holds } from "./privileges.ts";

/** A client's parameter file after the client read it. */
export interface DataPumpRequest {
  operation: "IMPORT" | "EXPORT";
  jobName: string;
  directory: string;
  dumpfiles: string[];
  logfile: string | null;
  logtime: boolean;
  metrics: boolean;
  schemas: string[];
  exclude: { type: string; names: string[] | null }[];
  /** Object types, when the job is to hold nothing else. */
  include: string[] | null;
  remapSchema: Record<string, string>;
  remapTablespace: Record<string, string>;
  /** TRANSFORM's values, upper case. */
  transforms: string[];
  tableExists: "SKIP" | "APPEND" | "TRUNCATE" | "REPLACE";
  content: "ALL" | "DATA_ONLY" | "METADATA_ONLY";
  reuseDumpfiles: boolean;
}

/** One step of a job: log lines, and whether it was an error that the job survives. */
export interface Step {
  lines: string[];
  failed: boolean;
  event: string | null;
}

function stack(...lines: string[]): OraError {
  return new OraError(Number(lines[0]!.slice(4, 9)), lines);
}

/** The directory's path; it must exist in this container, on disk, without a link in it, and be granted. */
export function checkDirectory(instance: Instance, session: Session, request: DataPumpRequest): string {
  const { container } = session;
  const directory = container.directories.find((at) => at.name === request.directory);
  const granted = (privilege: string): boolean =>
    session.sysdba ||
    container.grants.some(
      (at) => at.grantee === session.user && at.on === `SYS.${request.directory}` && at.privilege === privilege,
    );
  if (!directory || !granted("READ") || (request.logfile !== null && !granted("WRITE")))
    throw stack(
      "ORA-39002: invalid operation",
      "ORA-39070: Unable to open the log file.",
      `ORA-39087: directory name ${request.directory} is invalid`,
    );
  const path = hostPath(instance.root, directory.path);
  if (!existsSync(path) || !statSync(path).isDirectory() || hasLink(instance.root, directory.path))
    throw stack(
      "ORA-39002: invalid operation",
      "ORA-39070: Unable to open the log file.",
      "ORA-29283: invalid file operation: nonexistent file or path [29434]",
    );
  return directory.path;
}

/** Database, role, name and quota; the job is in the dictionary afterwards, with its control table. */
export function checkJob(instance: Instance, session: Session, request: DataPumpRequest): DataPumpJob {
  const { container } = session;
  const state = instance.pdbs.get(container.name);
  if (state && state.mode !== "READ WRITE")
    throw stack(
      "ORA-31626: job does not exist",
      "ORA-31633: unable to create control table",
      "ORA-16000: database is open for read-only access",
    );
  const role = request.operation === "IMPORT" ? "DATAPUMP_IMP_FULL_DATABASE" : "DATAPUMP_EXP_FULL_DATABASE";
  const foreign = request.operation === "IMPORT" || request.schemas.some((schema) => schema !== session.user);
  if (foreign && !holds(container, session.user, role))
    throw stack(
      "ORA-31631: privileges are required",
      request.operation === "IMPORT"
        ? "ORA-39122: Unprivileged users may not perform SCHEMAS remappings."
        : "ORA-39161: Full database jobs require privileges",
    );
  if (container.dataPumpJobs.some((at) => at.owner === session.user && at.name === request.jobName))
    throw ora(31634, "job already exists");
  const user = container.users.find((at) => at.name === session.user)!;
  const quota = user.quotas[user.tablespace] ?? 0;
  if (!session.sysdba && quota === 0 && !holds(container, session.user, "UNLIMITED TABLESPACE"))
    throw stack(
      "ORA-31626: job does not exist",
      `ORA-31633: unable to create control table "${session.user}.${request.jobName}"`,
      `ORA-01950: The user ${session.user} does not have any privileges on tablespace ${user.tablespace}.`,
    );
  if (!holds(container, session.user, "CREATE TABLE"))
    throw stack(
      "ORA-31626: job does not exist",
      `ORA-31633: unable to create control table "${session.user}.${request.jobName}"`,
      "ORA-01031: insufficient privileges",
    );
  const job: DataPumpJob = {
    owner: session.user,
    name: request.jobName,
    operation: request.operation,
    state: "DEFINING",
    attached: 1,
  };
  container.dataPumpJobs.push(job);
  container.tables.push({ owner: job.owner, name: job.name, columns: ["PROCESS_ORDER"], rows: [] });
  return job;
}

/** Reads every dump file of the request, or throws what Data Pump says about one that is missing, damaged or newer. */
export function readDumpFiles(instance: Instance, folder: string, names: string[]): DumpContents[] {
  const contents = names.flatMap((name) => expand(folder, name)).map((name) => readOne(join(folder, name)));
  const guids = new Set(contents.map(({ header }) => header.guid));
  for (const guid of guids) {
    const set = contents.filter(({ header }) => header.guid === guid);
    const { files } = set[0]!.header;
    if (new Set(set.map(({ header }) => header.file)).size !== files)
      throw stack("ORA-39002: invalid operation", "ORA-39059: dump file set is incomplete");
  }
  const mine = instance.database;
  for (const { header } of contents) {
    if (Number(header.dbVersion.split(".")[0]) > Number(mine.dbVersion.split(".")[0]))
      throw stack(
        "ORA-39001: invalid argument value",
        "ORA-39000: bad dump file specification",
        `ORA-39142: incompatible version number ${header.dbVersion} in dump file`,
      );
    if (header.timeZoneFile > mine.timeZoneFile)
      throw stack(
        "ORA-39002: invalid operation",
        `ORA-39405: Oracle Data Pump does not support importing from a source database with TSTZ version ${header.timeZoneFile} into a target database with TSTZ version ${mine.timeZoneFile}.`,
      );
  }
  return contents;
}

function expand(folder: string, name: string): string[] {
  if (!/%[UL]/i.test(name)) return [name];
  const names: string[] = [];
  for (let file = 1; existsSync(join(folder, numbered(name, file))); file += 1) names.push(numbered(name, file));
  return names.length > 0 ? names : [numbered(name, 1)];
}

function numbered(name: string, file: number): string {
  return name.replace(/%[UL]/i, String(file).padStart(2, "0"));
}

function readOne(path: string): DumpContents {
  if (!existsSync(path))
    throw stack(
      "ORA-39001: invalid argument value",
      "ORA-39000: bad dump file specification",
      `ORA-31640: unable to open dump file "${path}" for read`,
      "ORA-27037: unable to obtain file status",
    );
  try {
    return readDump(readFileSync(path));
  } catch {
    // The reader's own words mean nothing to a client of Data Pump.
    throw stack(
      "ORA-39001: invalid argument value",
      "ORA-39000: bad dump file specification",
      `ORA-31619: invalid dump file "${path}"`,
    );
  }
}

/** A path that no object of the dump has ends the import before it begins. */
export function checkIncluded(request: DataPumpRequest, dumps: DumpContents[]): void {
  const present = dumps.flatMap((dump) => dump.objects.map(({ type }) => type));
  const missing = request.include?.find((type) => !present.includes(type));
  if (missing !== undefined)
    throw stack("ORA-39002: invalid operation", `ORA-39168: Object path ${missing} was not found.`);
}

/** Whether EXCLUDE or INCLUDE leaves this object out. */
export function isExcluded(request: DataPumpRequest, type: string, name: string): boolean {
  const types: Record<string, string[]> = {
    JOB: ["JOB", "PROCOBJ"],
    PROCOBJ: ["JOB", "PROCOBJ"],
    USER: ["USER"],
    DB_LINK: ["DB_LINK"],
    REF_CONSTRAINT: ["REF_CONSTRAINT", "CONSTRAINT"],
  };
  if (request.include !== null && !request.include.includes(type)) return true;
  return request.exclude.some(
    (filter) => (types[type] ?? [type]).includes(filter.type) && (filter.names === null || filter.names.includes(name)),
  );
}

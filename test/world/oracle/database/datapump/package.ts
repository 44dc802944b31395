import type { Arguments, Subprogram } from "../plsql/packages.ts";
import { addFile } from "./add-file.ts";
import { addDataFilter, addMetadataFilter, selectTables } from "./filters.ts";
import { type Job, pumpError, type PumpSession, refuse } from "./job.ts";
import { setParameter } from "./parameters.ts";
import type { DataPump } from "./pump.ts";
import { getStatus } from "./status.ts";

/** Exceptions of the package that a block may name. */
export const PUMP_EXCEPTIONS: ReadonlyMap<string, number> = new Map([
  ["DBMS_DATAPUMP.SUCCESS_WITH_INFO", 31627],
  ["DBMS_DATAPUMP.INVALID_ARGVAL", 39001],
  ["DBMS_DATAPUMP.NO_SUCH_JOB", 31626],
]);

/** DBMS_DATAPUMP for one session; `signal` ends a wait when the call is broken off. */
export function pumpPackage(pump: DataPump, session: PumpSession, signal: AbortSignal): [string, Subprogram][] {
  const onJob = (work: (job: Job, args: Arguments) => void) => (args: Arguments) => {
    const job = session.handles.get(Number(args.value("HANDLE")));
    if (job === undefined) throw pumpError(31623);
    work(job, args);
    return null;
  };
  const defining = (work: (job: Job, args: Arguments) => void) =>
    onJob((job, args) => {
      if (job.state !== "DEFINING")
        throw refuse(job, 39004, `ORA-39016: Operation not supported when job is in ${job.state} state.`);
      work(job, args);
    });
  const { data, directories } = pump.around;
  const table: [string, readonly string[], Subprogram["run"]][] = [
    [
      "OPEN",
      ["OPERATION", "JOB_MODE", "REMOTE_LINK?", "JOB_NAME?", "VERSION?", "COMPRESSION?"],
      (args) => openJob(pump, session, args),
    ],
    ["ATTACH", ["JOB_NAME?", "JOB_OWNER?"], (args) => attachJob(pump, session, args)],
    [
      "ADD_FILE",
      ["HANDLE", "FILENAME", "DIRECTORY?", "FILESIZE?", "FILETYPE?", "REUSEFILE?"],
      defining((job, args) => addFile(job, args, directories)),
    ],
    ["METADATA_FILTER", ["HANDLE", "NAME", "VALUE", "OBJECT_PATH?", "OBJECT_TYPE?"], defining(addMetadataFilter)],
    [
      "DATA_FILTER",
      ["HANDLE", "NAME", "VALUE", "TABLE_NAME?", "SCHEMA_NAME?"],
      defining((job, args) => addDataFilter(job, args, data)),
    ],
    ["SET_PARAMETER", ["HANDLE", "NAME", "VALUE"], defining(setParameter)],
    ["SET_PARALLEL", ["HANDLE", "DEGREE"], onJob((job, args) => setParallel(pump, job, args))],
    ["LOG_ENTRY", ["HANDLE", "MESSAGE", "LOG_FILE_ONLY?"], onJob(logEntry)],
    [
      "START_JOB",
      ["HANDLE", "SKIP_CURRENT?", "ABORT_STEP?", "CLUSTER_OK?", "SERVICE_NAME?"],
      defining((job) => startJob(pump, session, job)),
    ],
    ["STOP_JOB", ["HANDLE", "IMMEDIATE?", "KEEP_MASTER?", "DELAY?"], onJob((job, args) => stopJob(pump, job, args))],
    [
      "GET_STATUS",
      ["HANDLE", "MASK", "TIMEOUT?", "JOB_STATE", "STATUS"],
      async (args) => (await getStatus(session, args, signal), null),
    ],
  ];
  return table.map(([name, parameters, run]) => [`DBMS_DATAPUMP.${name}`, { parameters, run }]);
}

function openJob(pump: DataPump, session: PumpSession, args: Arguments): number {
  const [operation, mode, name] = ["OPERATION", "JOB_MODE", "JOB_NAME"].map((one) => String(args.value(one) ?? ""));
  const reject = (detail: string) => {
    session.openDetail = [detail];
    return pumpError(39001);
  };
  if (operation !== "EXPORT") throw reject("ORA-39019: invalid operation type " + operation);
  if (mode !== "SCHEMA" && mode !== "TABLE") throw reject("ORA-39020: invalid mode type " + mode);
  if (!/^[A-Z][A-Z0-9_]{0,29}$/.test(name!)) throw reject(`ORA-39021: job name ${name} is not accepted here`);
  if (!/^(COMPATIBLE|LATEST|\d+(\.\d+)*)$/.test(String(args.value("VERSION") ?? "COMPATIBLE")))
    throw reject("ORA-39021: Database compatibility version is not supported.");
  return pump.open(session, name!, mode);
}

function attachJob(pump: DataPump, session: PumpSession, args: Arguments): number {
  const owner = args.value("JOB_OWNER") ?? session.user;
  const job = pump.jobs.find((one) => one.name === args.value("JOB_NAME") && one.owner === owner);
  if (job === undefined) throw pumpError(31626);
  // An orphan cannot be restored from its control table: its dump files are needed to go on.
  if (job.state === "NOT RUNNING" || job.state === "STOPPING") throw pumpError(31626);
  return pump.attach(session, job);
}

function setParallel(pump: DataPump, job: Job, args: Arguments): void {
  const degree = Number(args.value("DEGREE"));
  if (!Number.isInteger(degree) || degree < 1) throw refuse(job, 39001);
  if (degree > 1 && !pump.around.settings.enterprise)
    throw refuse(job, 39002, "ORA-39094: Parallel execution not supported in this database edition.");
  job.degree = degree;
}

function logEntry(job: Job, args: Arguments): void {
  if (job.log === null) throw refuse(job, 39002);
  tuneLog(job);
  const line = job.log.write(String(args.value("MESSAGE") ?? ""));
  if (args.value("LOG_FILE_ONLY") !== 1) job.wip.push(line);
}

function startJob(pump: DataPump, session: PumpSession, job: Job): void {
  if (job.dumpFiles.length === 0)
    throw refuse(job, 39002, "ORA-39053: parameter or attribute must be defined for a EXPORT job");
  const schemas = job.schemas?.names ?? [job.owner];
  if (schemas.some((name) => name !== job.owner) && !pump.around.mayExportOthers(session.user)) throw pumpError(31631);
  const known = schemas.filter((name) => pump.around.data.schemas.has(name));
  if (known.length === 0)
    throw refuse(job, 39002, `ORA-39170: Schema expression ${schemas.join(",")} does not correspond to any schemas.`);
  const scn = job.parameters.get("FLASHBACK_SCN");
  if (typeof scn === "number" && scn > pump.around.data.scn)
    throw refuse(job, 39002, "ORA-08181: specified number is not a valid system change number");
  if (job.mode === "TABLE" && selectTables(job, pump.around.data).length === 0)
    throw refuse(job, 39002, "ORA-31655: no data or metadata objects selected for job");
  tuneLog(job);
  pump.start(job);
}

function stopJob(pump: DataPump, job: Job, args: Arguments): void {
  const keep = args.value("KEEP_MASTER") ?? job.parameters.get("KEEP_MASTER") ?? 1;
  pump.stop(job, Number(keep) !== 0);
}

/** LOGTIME and METRICS decide the form of every line from now on. */
function tuneLog(job: Job): void {
  if (job.log === null) return;
  job.log.stamped = ["ALL", "LOGFILE"].includes(String(job.parameters.get("LOGTIME")));
  job.log.metrics = job.parameters.get("METRICS") === 1;
}

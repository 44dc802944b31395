import { OraError } from "../../engine.ts";
import type { JobLog } from "./job-log.ts";

export type JobState =
  | "DEFINING"
  | "EXECUTING"
  | "COMPLETING"
  | "COMPLETED"
  | "STOPPING"
  | "STOPPED"
  | "IDLING"
  | "NOT RUNNING";

export interface DumpFileSpec {
  template: string;
  directory: string;
  /** Infinity when the file may grow. */
  bytes: number;
  reuse: boolean;
}

/** A list filter: names that are in, or names that are out. */
export interface NameFilter {
  negated: boolean;
  names: readonly string[];
}

/** One Data Pump job of the simulated server. */
export interface Job {
  name: string;
  owner: string;
  mode: "SCHEMA" | "TABLE";
  state: JobState;
  /** Of the session that opened it: the log is written in it. */
  language: string;
  dumpFiles: DumpFileSpec[];
  log: JobLog | null;
  schemas: NameFilter | null;
  names: NameFilter | null;
  excluded: string[];
  /** `SCHEMA.TABLE` to the text of SUBQUERY. */
  subqueries: Map<string, string>;
  dataFilters: Set<string>;
  parameters: Map<string, string | number>;
  degree: number;
  errorCount: number;
  percent: number;
  bytesDone: number;
  bytesTotal: number;
  /** Lines that no GET_STATUS has fetched, and errors. */
  wip: string[];
  errors: string[];
  /** Wakes a waiting GET_STATUS. */
  wake: Set<() => void>;
  /** Aborts the run. */
  stop: AbortController;
  writtenFiles: string[];
}

/** The part of the package's state that all calls share. */
export interface PumpSession {
  id: number;
  user: string;
  /** Handles of this session. */
  handles: Map<number, Job>;
  /** Detail of a failed OPEN or ATTACH, as GET_STATUS with a NULL handle returns it. */
  openDetail: string[];
  language: string;
  /** V$SESSION.ACTION, as DBMS_APPLICATION_INFO sets it. */
  action: string;
}

export function createJob(name: string, session: PumpSession, mode: Job["mode"]): Job {
  return {
    name,
    owner: session.user,
    language: session.language,
    mode,
    state: "DEFINING",
    dumpFiles: [],
    log: null,
    schemas: null,
    names: null,
    excluded: [],
    subqueries: new Map(),
    dataFilters: new Set(),
    parameters: new Map(),
    degree: 1,
    errorCount: 0,
    percent: 0,
    bytesDone: 0,
    bytesTotal: 0,
    wip: [],
    errors: [],
    wake: new Set(),
    stop: new AbortController(),
    writtenFiles: [],
  };
}

const UPPER: Record<number, string> = {
  31623: "a job is not attached to this session via the specified handle",
  31626: "job does not exist",
  31631: "privileges are required",
  31634: "job already exists",
  39001: "invalid argument value",
  39002: "invalid operation",
  39004: "invalid state",
  39005: "inconsistent arguments",
};

/** The exception as the caller sees it: the upper line and frames; only GET_STATUS returns the reason. */
export function pumpError(code: number): OraError {
  const line = `ORA-${String(code).padStart(5, "0")}: ${UPPER[code]}`;
  return new OraError(code, [
    line,
    'ORA-06512: at "SYS.DBMS_SYS_ERROR", line 79',
    'ORA-06512: at "SYS.DBMS_DATAPUMP", line 4747',
  ]);
}

/** Refuses a call on a job and keeps the reason for GET_STATUS. */
export function refuse(job: Job, code: number, ...detail: string[]): OraError {
  job.errors.push(...detail);
  return pumpError(code);
}

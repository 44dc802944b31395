import { messageOf } from "../problem/error.ts";
import type { Clock } from "../ports/clock.ts";
import type { SourceDatabase } from "../ports/source-database.ts";
import type { SourceHost } from "../ports/source-host.ts";
import { DatabaseError } from "../ports/database-error.ts";
import { findEarlierExports } from "./earlier-exports.ts";
import { joinPath } from "./host-files.ts";
import type { EarlierJob } from "./source-report.ts";
import { attachAndStopJob, dropControlTable, removeFile } from "./statements/remove-job.ts";

/** The common prefix of everything that one export creates on the source, and its directory. */
export interface ExportTraces {
  prefix: string;
  directory: { name: string; path: string };
}

export interface CleanUp {
  removed: string[];
  /** Jobs and files that a second check still finds, as `job NAME` and `file PATH`. */
  left: string[];
  /** The source's error messages about those. */
  reasons: string[];
}

interface CleanUpPorts {
  database: SourceDatabase;
  host: SourceHost;
  clock: Clock;
}

/** A stopped job remains in the views while its processes end. */
const TRIES = 10;
const PAUSE_MILLISECONDS = 500;

/** Stops the jobs of an export, removes control tables and files, and checks the result. Safe to repeat. */
export async function cleanUpExport(traces: ExportTraces, ports: CleanUpPorts): Promise<CleanUp> {
  const before = await readRemains(traces, ports);
  const reasons: string[] = [];
  let after = before;
  for (let tries = 0; tries < TRIES && (tries === 0 || after.jobs.length > 0); tries++) {
    if (tries > 0) await ports.clock.sleep(PAUSE_MILLISECONDS);
    reasons.length = 0;
    await removeAll(after, traces, { ...ports, reasons });
    after = await readRemains(traces, ports);
  }
  const left = describe(after, traces);
  const removed = describe(before, traces).filter((name) => !left.includes(name));
  return { removed, left, reasons: left.length === 0 ? [] : reasons };
}

async function removeAll(
  found: Remains,
  traces: ExportTraces,
  ports: CleanUpPorts & { reasons: string[] },
): Promise<void> {
  for (const job of found.jobs) await attempt(() => removeJob(job, ports.database), ports.reasons);
  for (const file of found.files) await attempt(() => removeDumpFile(file, traces, ports), ports.reasons);
}

interface Remains {
  jobs: EarlierJob[];
  files: string[];
}

async function readRemains(traces: ExportTraces, ports: CleanUpPorts): Promise<Remains> {
  const found = await findEarlierExports(ports, traces.directory.path);
  const ours = found.find((one) => one.prefix === traces.prefix);
  return { jobs: ours?.jobs ?? [], files: ours?.files ?? [] };
}

function describe(found: Remains, traces: ExportTraces): string[] {
  const files = found.files.map((file) => `file ${joinPath(traces.directory.path, file)}`);
  return [...found.jobs.map((job) => `job ${job.name}`), ...files];
}

/** States of a job that is already ending. */
const ENDING = new Set(["STOP PENDING", "STOPPING", "STOPPED", "COMPLETING", "COMPLETED"]);

/** A job with processes is stopped; without processes only its control table is left, and ATTACH may refuse that. */
async function removeJob(job: EarlierJob, database: SourceDatabase): Promise<void> {
  if (ENDING.has(job.state)) throw new Error(`The job ${job.name} is ${job.state}.`);
  const binds = { job_name: job.name };
  try {
    await database.block(attachAndStopJob, binds);
  } catch (error) {
    const orphan = job.state === "NOT RUNNING" && job.sessions === 0;
    if (!(error instanceof DatabaseError && orphan)) throw error;
    await database.block(dropControlTable, binds);
  }
}

/** The database owns the files; where the account may not use UTL_FILE, the SSH user may be able to remove them. */
async function removeDumpFile(file: string, traces: ExportTraces, ports: CleanUpPorts): Promise<void> {
  try {
    const binds = { directory: traces.directory.name, file_name: file };
    await ports.database.block(removeFile, binds);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await ports.host.remove(joinPath(traces.directory.path, file));
  }
}

/** One failed removal must not prevent the others: the final check reports what is left. */
async function attempt(step: () => Promise<void>, reasons: string[]): Promise<void> {
  try {
    await step();
  } catch (error) {
    reasons.push(messageOf(error));
  }
}

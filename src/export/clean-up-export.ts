import type { SourceDatabase, SourceHost } from "../ports.ts";
import { DatabaseError } from "./database-error.ts";
import { findEarlierExports } from "./earlier-exports.ts";
import { joinPath } from "./host-files.ts";
import type { EarlierJob } from "./source-report.ts";
import { attachAndStopJob, dropControlTable, removeFile } from "./statements/remove-job.ts";

/** What names everything of one export on the source. */
export interface ExportTraces {
  prefix: string;
  directory: { name: string; path: string };
}

export interface CleanUp {
  removed: string[];
  /** Jobs and files that are still there after looking again, as `job NAME` and `file PATH`. */
  left: string[];
  /** What the source said about the ones that stayed. */
  reasons: string[];
}

interface CleanUpPorts {
  database: SourceDatabase;
  host: SourceHost;
}

/** Stops the jobs of an export, removes control tables and files, and looks again. Safe to repeat. */
export async function cleanUpExport(traces: ExportTraces, ports: CleanUpPorts): Promise<CleanUp> {
  const before = await look(traces, ports);
  const reasons: string[] = [];
  for (const job of before.jobs) await attempt(() => removeJob(job, ports.database), reasons);
  for (const file of before.files) await attempt(() => removeDumpFile(file, traces, ports), reasons);
  const after = await look(traces, ports);
  const left = describe(after, traces);
  const removed = describe(before, traces).filter((name) => !left.includes(name));
  return { removed, left, reasons: left.length === 0 ? [] : reasons };
}

async function look(traces: ExportTraces, ports: CleanUpPorts) {
  const found = await findEarlierExports(ports, traces.directory.path);
  const ours = found.find((one) => one.prefix === traces.prefix);
  return { jobs: ours?.jobs ?? [], files: ours?.files ?? [] };
}

function describe(found: { jobs: EarlierJob[]; files: string[] }, traces: ExportTraces): string[] {
  const files = found.files.map((file) => `file ${joinPath(traces.directory.path, file)}`);
  return [...found.jobs.map((job) => `job ${job.name}`), ...files];
}

/** A job with processes is stopped; without them only its control table is there, which ATTACH may refuse. */
async function removeJob(job: EarlierJob, database: SourceDatabase): Promise<void> {
  const binds = { job_name: job.name };
  try {
    await database.block(attachAndStopJob, binds);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await database.block(dropControlTable, binds);
  }
}

/** The database owns the files; where UTL_FILE is closed to us the host may still allow it. */
async function removeDumpFile(file: string, traces: ExportTraces, ports: CleanUpPorts): Promise<void> {
  try {
    const binds = { directory: traces.directory.name, file_name: file };
    await ports.database.block(removeFile, binds);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await ports.host.remove(joinPath(traces.directory.path, file));
  }
}

/** One thing that cannot be removed must not keep the others: what stays is found by looking again. */
async function attempt(work: () => Promise<void>, reasons: string[]): Promise<void> {
  try {
    await work();
  } catch (error) {
    reasons.push(error instanceof Error ? error.message : String(error));
  }
}

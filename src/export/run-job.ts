import { SeedbedError } from "../problem/error.ts";
import type { Cell, SourceDatabase } from "../ports/source-database.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { SourceHost } from "../ports/source-host.ts";
import { DatabaseError } from "../ports/database-error.ts";
import type { ExportJob } from "./export-plan.ts";
import { type ExportLog, parseExportLog, stripLine } from "./export-log.ts";
import { joinPath, readText } from "./host-files.ts";
import { definitionCalls, type JobCall, type JobContext, openCall } from "./job-calls.ts";
import type { LiveSession } from "./live-session.ts";
import { prepareSession } from "./statements/instance.ts";
import { markExport } from "./statements/live-exports.ts";
import { attachJob, readJobStatus, stopJob } from "./statements/watch-job.ts";

export interface JobPorts {
  database: LiveSession;
  host: SourceHost;
  log: Log;
  clock: Clock;
}

/** Seconds that one status call may wait on the server: a cancel is noticed within that time. */
const POLL_SECONDS = 2;
/** How long to wait for the log's last line, which may be written after the state is COMPLETED. */
const LOG_ATTEMPTS = 20;

/** Runs one job to its end and returns what its log says. Stops the job when cancelled or when it waits for space. */
export async function runJob(
  job: ExportJob,
  context: JobContext & { folder: string; signal: AbortSignal },
  ports: JobPorts,
): Promise<ExportLog> {
  if (context.signal.aborted) throw cancelled(job);
  const { statement, binds } = openCall(job, context);
  const { HANDLE: handle = null } = await ports.database.block(statement, binds);
  try {
    for (const call of definitionCalls(job)) await define(call, handle, ports);
    await watchJob(job, { handle, signal: context.signal }, ports);
  } catch (error) {
    await stopQuietly(handle, ports.database);
    throw error;
  }
  return await readEndOfLog(job, context, ports);
}

async function define(call: JobCall, handle: Cell, ports: JobPorts): Promise<void> {
  const answer = await ports.database.block(call.statement, { ...call.binds, handle });
  // START_JOB may return a message even on success.
  if (answer["INFO"]) ports.log.info(String(answer["INFO"]).trim());
}

async function watchJob(job: ExportJob, watch: { handle: Cell; signal: AbortSignal }, ports: JobPorts): Promise<void> {
  for (;;) {
    if (watch.signal.aborted) throw cancelled(job);
    const status = await readStatusAcrossSessions(job, watch, ports);
    // After COMPLETED the handle is invalid: if the job ended between two calls, the log has the result.
    if (status === null) return;
    report(job, status, ports.log);
    if (status.state === "COMPLETED") return;
    mustGoOn(job, status);
    // The server ignores the timeout in this state and answers at once.
    if (status.state === "COMPLETING") await ports.clock.sleep(500);
  }
}

/** A status call that survives a lost session: the job continues without it, and a new session attaches. */
async function readStatusAcrossSessions(
  job: ExportJob,
  watch: { handle: Cell },
  ports: JobPorts,
): Promise<JobStatus | null> {
  try {
    return await readStatus(watch.handle, ports.database);
  } catch (error) {
    await ports.database.renewAfter(error);
    ports.log.warn(`The session on the source was lost. A new session attaches to ${job.name}.`);
  }
  await ports.database.block(prepareSession, {});
  await ports.database.block(markExport, { prefix: job.name.replace(/_\d+$/, "") });
  const handle = await attach(job, ports.database);
  if (handle === null) return null;
  watch.handle = handle;
  return await readStatusAcrossSessions(job, watch, ports);
}

/** null when the job has ended in the meantime. */
async function attach(job: ExportJob, database: SourceDatabase): Promise<Cell> {
  try {
    return (await database.block(attachJob, { job_name: job.name }))["HANDLE"] ?? null;
  } catch (error) {
    if (error instanceof DatabaseError && error.codes.includes("ORA-31626")) return null;
    throw error;
  }
}

function mustGoOn(job: ExportJob, status: JobStatus): void {
  if (ENDED.has(status.state) && status.errors.trim() === "") throw removed(job, status.state);
  if (ENDED.has(status.state))
    throw new DatabaseError(`The job ${job.name} ended early.\n${status.errors}`, { tag: readJobStatus.tag });
  // By default a resumable wait lasts two hours, in which the job would keep its resources on production.
  const said = status.lines + status.errors;
  if (/\bORA-39171\b/.test(said)) throw new DatabaseError(said, { tag: readJobStatus.tag });
}

/** States that a job does not leave on its own; Oracle writes them with blanks. */
const ENDED = new Set(["STOPPED", "STOPPING", "NOT RUNNING", "IDLING"]);

interface JobStatus {
  state: string;
  percent: number | null;
  lines: string;
  errors: string;
}

async function readStatus(handle: Cell, database: SourceDatabase): Promise<JobStatus | null> {
  try {
    const answer = await database.block(readJobStatus, { handle, timeout: POLL_SECONDS });
    return {
      state: String(answer["STATE"] ?? ""),
      percent: typeof answer["PERCENT_DONE"] === "number" ? answer["PERCENT_DONE"] : null,
      lines: String(answer["LINES"] ?? ""),
      errors: String(answer["ERRORS"] ?? ""),
    };
  } catch (error) {
    if (error instanceof DatabaseError && /^ORA-3162[36]$/.test(error.code)) return null;
    throw error;
  }
}

function report(job: ExportJob, status: JobStatus, log: Log): void {
  if (status.percent !== null) log.progress(job.name, { done: status.percent, total: 100, unit: "percent" });
  const lines = status.lines.split("\n").map(stripLine);
  for (const line of lines.filter((text) => text.trim() !== "")) log.info(line);
  if (status.errors.trim() !== "") log.warn(status.errors.trim());
}

/** We did not stop it, and Data Pump names no error. */
function removed(job: ExportJob, state: string): SeedbedError {
  return new SeedbedError(
    "export-removed",
    `Another run or a DBA stopped ${job.name} while it ran: Data Pump says ${state} and names no error.`,
    { fix: "Look for another run of this database at the same time, ask the source's DBA, and run the seed again." },
  );
}

function cancelled(job: ExportJob): SeedbedError {
  return new SeedbedError("export-cancelled", `The export was cancelled while ${job.name} ran.`, {
    fix: "Run the seed again if the data is still needed.",
  });
}

async function stopQuietly(handle: Cell, database: SourceDatabase): Promise<void> {
  try {
    await database.block(stopJob, { handle });
  } catch {
    // The failure that led here is the one to report; the clean-up checks what is left.
  }
}

async function readEndOfLog(
  job: ExportJob,
  context: { folder: string; signal: AbortSignal },
  ports: JobPorts,
): Promise<ExportLog> {
  const path = joinPath(context.folder, job.logFile);
  for (let attempt = 1; ; attempt++) {
    const text = await readText(ports.host, path, context.signal);
    const log = parseExportLog(text ?? "");
    if (log.end !== null || attempt === LOG_ATTEMPTS) return log;
    await ports.clock.sleep(500, context.signal);
  }
}

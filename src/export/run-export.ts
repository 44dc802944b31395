import { messageOf, SeedbedError } from "../problem/error.ts";
import type { SourceDatabase } from "../ports/source-database.ts";
import { cleanUpExport } from "./clean-up-export.ts";
import { DatabaseError } from "../ports/database-error.ts";
import type { ExportedJob, TableRows } from "./dump-set.ts";
import { ExportError } from "./export-error.ts";
import type { ExportPlan } from "./export-plan.ts";
import { explainDatabaseError, explainText } from "./explain-error.ts";
import type { ExportLog } from "./export-log.ts";
import { judgeJob } from "./judge-job.ts";
import { LiveSession } from "./live-session.ts";
import { type JobPorts, runJob } from "./run-job.ts";
import type { EarlierExport } from "./source-report.ts";
import { prepareSession, readScn } from "./statements/instance.ts";
import { markExport } from "./statements/live-exports.ts";
import { sumRows } from "./sum-rows.ts";

/** A finished export: its files are complete and stay on the source until they are cleaned up. */
export interface ExportOutcome {
  prefix: string;
  directory: { name: string; path: string };
  /** Names of the dump files in the directory, sorted. */
  files: string[];
  jobs: ExportedJob[];
  rows: TableRows[];
  scn: string;
  /** The source's clock when the SCN was taken, UTC. */
  exportedAt: string;
  warnings: string[];
}

export interface ExportPorts extends Omit<JobPorts, "database"> {
  database: SourceDatabase;
  /** Logs on again over a new tunnel when the session is lost while a job runs. */
  reconnect?: () => Promise<SourceDatabase>;
  /** The account that logged on, for the statements in fixes. */
  account: string;
}

/**
 * Runs every job of a plan at one SCN. After a failure or cancel everything is removed from the source, or the error
 * lists what is left. Throws `ExportError`.
 */
export async function runExport(plan: ExportPlan, ports: ExportPorts, signal: AbortSignal): Promise<ExportOutcome> {
  const database = new LiveSession(ports.database, ports.reconnect);
  const live = { ...ports, database };
  try {
    return await exportAll(plan, live, signal);
  } catch (error) {
    throw await endInFailure(error, plan, live);
  } finally {
    await database.close();
  }
}

type LivePorts = JobPorts & { account: string };

async function exportAll(plan: ExportPlan, ports: LivePorts, signal: AbortSignal): Promise<ExportOutcome> {
  await ports.database.block(prepareSession, {});
  await ports.database.block(markExport, { prefix: plan.prefix });
  const warnings = [...plan.inUse.map(describeInUse), ...(await removeEarlier(plan, ports))];
  const moment = await takeScn(ports.database);
  const done = await runJobs(plan, { ...ports, signal, scn: moment.scn });
  const files = done.flatMap((one) => one.log.files).sort();
  await confirmFiles(plan, files, ports);
  return {
    prefix: plan.prefix,
    directory: plan.directory,
    files,
    jobs: done.map((one) => one.job),
    rows: sumRows(done.flatMap((one) => one.log.rows)),
    scn: moment.scn,
    exportedAt: moment.takenAt,
    warnings: [...warnings, ...done.flatMap((one) => one.warnings)],
  };
}

function describeInUse({ files, description }: EarlierExport): string {
  return `Not removed, because the run ${description?.run} still reads it: ${files.join(", ")}.`;
}

/** Removes what a killed run of the same inputs left. A failure is only a warning, because names never collide. */
async function removeEarlier(plan: ExportPlan, ports: JobPorts): Promise<string[]> {
  const warnings: string[] = [];
  for (const { prefix } of plan.earlier) {
    const { removed, left, reasons } = await cleanUpExport({ ...plan, prefix }, ports);
    if (removed.length > 0) ports.log.info(`Removed from an earlier run: ${removed.join(", ")}.`);
    if (left.length > 0) warnings.push(`Left by an earlier run: ${left.join(", ")}. ${reasons.join(" ")}`);
  }
  return warnings;
}

async function takeScn(database: SourceDatabase) {
  const [row] = await database.query(readScn, {});
  if (row === undefined) throw new DatabaseError("V$DATABASE returned no row.", { tag: readScn.tag });
  return { scn: String(row["SCN"]), takenAt: String(row["TAKEN_AT"]) };
}

interface FinishedJob {
  job: ExportedJob;
  log: ExportLog;
  warnings: string[];
}

async function runJobs(
  plan: ExportPlan,
  ports: LivePorts & { signal: AbortSignal; scn: string },
): Promise<FinishedJob[]> {
  const finished: FinishedJob[] = [];
  const description = JSON.stringify({
    database: plan.database,
    seed_inputs: plan.seedInputs,
    scn: ports.scn,
    run: plan.run,
  });
  for (const job of plan.jobs) {
    const { name: directory, path: folder } = plan.directory;
    const context = { directory, folder, description, scn: ports.scn, signal: ports.signal };
    const log = await runJob(job, context, ports);
    const verdict = judgeJob(job, log, plan.allowedCodes);
    if (!verdict.ok) throw failed(verdict, { directory, account: ports.account });
    finished.push({ job: verdict.job, log, warnings: verdict.warnings });
  }
  return finished;
}

function failed(
  verdict: { code: string; text: string },
  context: { directory: string; account: string },
): SeedbedError {
  const { means, fix } = explainText(verdict.text, context);
  const known = /\b(?:ORA|NJS)-\d/.test(verdict.text);
  return new SeedbedError(verdict.code, known ? `${verdict.text}\n${means}` : verdict.text, {
    fix: known ? fix : "Show the job's log to the source's DBA, then run the seed again.",
  });
}

/** Checks that the log and the folder list the same files. */
async function confirmFiles(plan: ExportPlan, files: readonly string[], ports: JobPorts) {
  const there = (await ports.host.list(plan.directory.path))
    .filter((name) => name.startsWith(`${plan.prefix}_`) && name.endsWith(".dmp"))
    .sort();
  if (JSON.stringify(there) === JSON.stringify(files)) return;
  throw new SeedbedError(
    "export-files-differ",
    `The log lists ${files.join(", ")}, but ${plan.directory.path} contains ${there.join(", ") || "none of them"}.`,
    { fix: "Check that the SSH host sees the same folder as the database server." },
  );
}

async function endInFailure(cause: unknown, plan: ExportPlan, ports: LivePorts): Promise<ExportError> {
  const context = { directory: plan.directory.name, account: ports.account };
  const error = explainDatabaseError(cause, context);
  const left = await cleanAfterFailure(plan, ports);
  if (left.length === 0) ports.log.info("nothing is left on the source");
  else ports.log.warn(`left on the source: ${left.join(", ")}`);
  const code = error instanceof SeedbedError ? error.code : "export-failed";
  const fix = error instanceof SeedbedError ? error.fix : "Report this error with the text above.";
  const message = messageOf(error);
  return new ExportError(code, message, { fix, cause, leftOnSource: left });
}

/** What is left on the source, as far as it is known. */
async function cleanAfterFailure(plan: ExportPlan, ports: LivePorts): Promise<readonly string[]> {
  const clean = async () => (await cleanUpExport(plan, ports)).left;
  const cleanAnew = async (error: unknown) => {
    await ports.database.renewAfter(error);
    return await clean();
  };
  return await clean()
    .catch(cleanAnew)
    .catch((gone: Error) => [`perhaps jobs and files named ${plan.prefix}_* (${gone.message})`]);
}

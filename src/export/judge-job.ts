import { compareText } from "../text/order.ts";
import type { ExportedJob } from "./dump-set.ts";
import type { ExportJob } from "./export-plan.ts";
import type { ExportLog, LoggedError } from "./export-log.ts";

/**
 * Said once when the source encrypts a column or a tablespace of the job. The dump is whole, and nothing can be lost
 * by it but secrecy: the job would say it each time, so it is a warning that everybody sees, and no failure.
 */
const STORED_IN_CLEAR = "ORA-39173";

export type Verdict = { ok: true; job: ExportedJob; warnings: string[] } | { ok: false; code: string; text: string };

/**
 * Whether a finished job did what was planned. The state COMPLETED is not enough, because a table may have been skipped: the
 * log's last line, its errors and its rows must agree with the plan.
 */
export function judgeJob(job: ExportJob, log: ExportLog, allowed: readonly string[]): Verdict {
  const refused = log.errors.filter((error) => !allowed.includes(error.code) && !saysClear(error));
  const failure = judgeEnd(job, log, refused) ?? judgeTables(job, log);
  if (failure !== null) return { ok: false, ...failure };
  const warnings = unplannedTables(job, log).map(
    (name) => `${name} is in the export but did not exist when the source was inspected.`,
  );
  const allowedErrors = countCodes(log.errors);
  if (log.errors.some(saysClear)) warnings.unshift(describeClear(job));
  return { ok: true, job: { name: job.name, mode: job.mode, allowedErrors }, warnings };
}

/** In a log without time stamps another error's lines could follow as its details. */
function saysClear(error: LoggedError): boolean {
  return error.code === STORED_IN_CLEAR && error.text.match(/\bORA-\d/g)?.length === 1;
}

function describeClear(job: ExportJob): string {
  return `The dump of ${job.name} holds in clear what is encrypted at the source (${STORED_IN_CLEAR}). Mask those columns, and guard the registry and the copy as you guard the source.`;
}

type Failure = { code: string; text: string } | null;

function judgeEnd(job: ExportJob, log: ExportLog, refused: readonly LoggedError[]): Failure {
  if (refused.length > 0) return { code: "export-errors", text: describeErrors(refused) };
  if (log.end === null || log.end.job !== job.name)
    return { code: "export-log-incomplete", text: `The log ${job.logFile} lacks the last line of the job.` };
  if (log.end.result === "stopped")
    return { code: "export-stopped", text: `The job ${job.name} stopped before it was finished.` };
  // An error that is counted in the summary but missing in the log cannot be judged, so it is not allowed.
  if (log.end.errors > 0 && log.errors.length === 0)
    return {
      code: "export-errors",
      text: `The job ${job.name} reports ${log.end.errors} error(s), but its log shows none.`,
    };
  if (log.files.length === 0)
    return { code: "export-log-incomplete", text: `The log ${job.logFile} lists no dump file.` };
  return null;
}

/** Each error stack once: the log repeats the beginning of a stack that another one continues. */
function describeErrors(errors: readonly LoggedError[]): string {
  const texts = [...new Set(errors.map((error) => error.text))];
  return texts.filter((text) => !texts.some((other) => other !== text && other.startsWith(text))).join("\n");
}

function judgeTables(job: ExportJob, log: ExportLog): Failure {
  const logged = new Set(log.rows.map((row) => `${row.schema}.${row.table}`));
  const missing = [...plannedTables(job)].filter((name) => !logged.has(name));
  if (missing.length > 0)
    return { code: "export-tables-missing", text: `The log has no line with the row count of ${missing.join(", ")}.` };
  const extra = unplannedTables(job, log);
  if (job.mode === "TABLE" && extra.length > 0)
    return {
      code: "export-tables-unplanned",
      text: `The export contains ${extra.join(", ")}, which was not requested.`,
    };
  return foreignSchemas(job, log);
}

function foreignSchemas(job: ExportJob, log: ExportLog): Failure {
  const foreign = new Set(log.rows.map((row) => row.schema).filter((name) => !(name in job.tables)));
  if (foreign.size === 0) return null;
  return {
    code: "export-tables-unplanned",
    text: `The export contains rows of ${[...foreign].join(", ")}, which were not requested.`,
  };
}

function plannedTables(job: ExportJob): Set<string> {
  const names = Object.entries(job.tables).flatMap(([schema, tables]) =>
    tables.map((table) => `${schema}.${table.name}`),
  );
  return new Set(names);
}

function unplannedTables(job: ExportJob, log: ExportLog): string[] {
  const planned = plannedTables(job);
  const logged = new Set(log.rows.map((row) => `${row.schema}.${row.table}`));
  return [...logged].filter((name) => !planned.has(name)).sort();
}

function countCodes(errors: readonly LoggedError[]): ExportedJob["allowedErrors"] {
  const counts = new Map<string, number>();
  for (const { code } of errors) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => compareText(a.code, b.code));
}

import type { Cell, Statement } from "../ports/source-database.ts";
import type { ExportJob } from "./export-plan.ts";
import { filterRows, filterTables, openJob, setParallel, startJob } from "./statements/define-job.ts";

/** A statement with the values of its binds; the handle is not known before the job is open. */
export interface JobCall {
  statement: Statement;
  binds: Record<string, Cell>;
}

export interface JobContext {
  directory: string;
  scn: string;
  /** The first log entry. */
  description: string;
}

/** Opens a job: the only call that yields a handle. */
export function openCall(job: ExportJob, context: JobContext): JobCall {
  const binds = {
    job_mode: job.mode,
    job_name: job.name,
    version: job.version,
    dump_file: job.dumpFile,
    directory: context.directory,
    file_size: job.fileSize,
    log_file: job.logFile,
    schema_expr: job.schemaExpression,
    exclude_expr: job.excludeExpression,
    scn: context.scn,
    compression: job.compression,
    description: context.description,
  };
  return { statement: openJob, binds };
}

/** All calls after the opening, in order, the start last; each also needs the bind `handle`. */
export function definitionCalls(job: ExportJob): JobCall[] {
  const calls: JobCall[] = [];
  if (job.nameExpression !== null) calls.push({ statement: filterTables, binds: { name_expr: job.nameExpression } });
  for (const condition of conditionsOf(job.tables)) {
    const { schema, table, subquery } = condition;
    calls.push({
      statement: filterRows,
      binds: { subquery, table_name: table, schema_name: schema },
    });
  }
  if (job.parallel > 1) calls.push({ statement: setParallel, binds: { degree: job.parallel } });
  return [...calls, { statement: startJob, binds: {} }];
}

/** Row conditions of a scope as Data Pump's SUBQUERY texts. */
export function conditionsOf(tables: ExportJob["tables"]) {
  return Object.entries(tables).flatMap(([schema, list]) =>
    list.flatMap(({ name, where }) => (where === null ? [] : [{ schema, table: name, subquery: `WHERE ${where}` }])),
  );
}

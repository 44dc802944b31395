import { setTimeout as sleep } from "node:timers/promises";
import type { DumpCell, DumpTable } from "../../../dump/format.ts";
import { OraError } from "../../engine.ts";
import type { SourceSettings } from "../options.ts";
import type { SourceData, SourceTable } from "../source-data.ts";
import { compileWhere } from "../where.ts";
import { selectTables } from "./filters.ts";
import type { Job, JobState } from "./job.ts";
import { longTime, rowsLine } from "./job-log.ts";
import { pathOf } from "./object-paths.ts";
import { selectObjects } from "./select-objects.ts";
import { writeDumpFiles } from "./write-dump.ts";

/** A planned failure: at a table, with the lines that Oracle prints. */
export interface PlannedFailure {
  /** `OWNER.TABLE`, or the end of the job. */
  at: string;
  lines: readonly string[];
  /** A fatal error ends the job; otherwise the table is skipped and the job continues. */
  fatal: boolean;
}

export interface RunSurroundings {
  data: SourceData;
  settings: SourceSettings;
  failure: PlannedFailure | null;
  /** Resolves when a held job may go on. */
  gate(table: string): Promise<void>;
  ended(job: Job, state: JobState): void;
}

/** Carries out a started job: rows at its SCN, log lines, dump files, its end. */
export async function runJob(job: Job, around: RunSurroundings): Promise<void> {
  try {
    await exportAll(job, around);
  } catch (error) {
    if (job.stop.signal.aborted) return;
    const lines = error instanceof FatalJobError ? error.lines : [String(error)];
    for (const line of lines) sayError(job, line, lines.indexOf(line) === 0);
    finish(job, "stopped due to fatal error", around);
  }
}

class FatalJobError extends Error {
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

async function exportAll(job: Job, around: RunSurroundings): Promise<void> {
  const tables = selectTables(job, around.data);
  const objects = selectObjects(job, around.data);
  say(job, (log) => log.write(`Starting "${job.owner}"."${job.name}":  `));
  for (const path of ["TABLE/TABLE_DATA", "TABLE/TABLE", ...new Set(objects.map((one) => pathOf(one.type)))])
    say(job, (log) => log.work(`Processing object type ${job.mode}_EXPORT/${path}`));
  job.bytesTotal = tables.length;
  const written: DumpTable[] = [];
  for (const [index, table] of tables.entries()) {
    const rows = await exportTable(job, table, around);
    if (rows !== null) written.push({ ...describeTable(table), rows });
    job.percent = Math.floor(((index + 1) / tables.length) * 100);
    job.bytesDone += JSON.stringify(rows ?? []).length;
  }
  if (tables.length === 0 && objects.length === 0)
    countError(job, ["ORA-31655: no data or metadata objects selected for job"]);
  // A warning that no counter counts: the job ends "successfully completed".
  if (tables.some((table) => table.definition.encrypted !== undefined))
    say(job, (log) => log.write("ORA-39173: Encrypted data has been stored unencrypted in dump file set."));
  if (around.failure?.at === "end") throw new FatalJobError(around.failure.lines);
  conclude(job, { tables: written, objects }, around);
}

/** The DDL in the dump has ENCRYPT behind an encrypted column; a tablespace's encryption is no part of a table's. */
function describeTable({ owner, name, columns, definition }: SourceTable): Omit<DumpTable, "rows"> {
  return { owner, name, columns: [...columns], ...(definition.encrypted === "column" ? { encrypted: true } : {}) };
}

/** Null when the table is skipped. */
async function exportTable(job: Job, table: SourceTable, around: RunSurroundings): Promise<DumpCell[][] | null> {
  const name = `${table.owner}.${table.name}`;
  await around.gate(name);
  await sleep(around.settings.paceMilliseconds, null, { signal: job.stop.signal });
  const { failure } = around;
  if (failure?.at === name && failure.fatal) throw new FatalJobError(failure.lines);
  try {
    if (failure?.at === name) throw new OraError(1555, [...failure.lines]);
    const rows = readRows(job, table, around.data);
    sayRows(job, table, rows);
    return rows;
  } catch (error) {
    if (!(error instanceof OraError)) throw error;
    const quoted = `"${table.owner}"."${table.name}"`;
    countError(job, [
      `ORA-31693: Table data object ${quoted} failed to load/unload and is being skipped due to error:`,
      "ORA-02354: error in exporting/importing data",
      ...error.message.split("\n"),
    ]);
    return null;
  }
}

function readRows(job: Job, table: SourceTable, data: SourceData): DumpCell[][] {
  const scn = Number(job.parameters.get("FLASHBACK_SCN") ?? data.scn);
  const rows = data.rowsAt(table, scn);
  const subquery = job.subqueries.get(`${table.owner}.${table.name}`);
  return subquery === undefined ? rows : rows.filter(compileWhere(subquery, table.columns));
}

function sayRows(job: Job, table: SourceTable, rows: readonly DumpCell[][]): void {
  const parts = table.definition.partitions ?? [null];
  const subquery = job.subqueries.has(`${table.owner}.${table.name}`);
  for (const [index, part] of parts.entries()) {
    const own = rows.filter((_, at) => at % parts.length === index);
    const name = `"${table.owner}"."${table.name}"${part === null ? "" : `:"${part}"`}`;
    const metrics = job.log?.metrics ?? false;
    const line = rowsLine(name, JSON.stringify(own).length, { rows: own.length, subquery, metrics });
    say(job, (log) => log.work(line));
  }
}

function conclude(
  job: Job,
  what: { tables: DumpTable[]; objects: ReturnType<typeof selectObjects> },
  around: RunSurroundings,
): void {
  job.state = "COMPLETING";
  const { settings, data } = around;
  const header = {
    version: 1 as const,
    job: job.name,
    owner: job.owner,
    mode: job.mode,
    scn: String(job.parameters.get("FLASHBACK_SCN") ?? data.scn),
    dbVersion: settings.fullVersion,
    charset: settings.charset,
    timeZoneFile: settings.timeZoneFile,
  };
  const files = writeDumpFiles(job, { ...what, header, minimumBytes: settings.dumpBytes });
  if (files === null)
    throw new FatalJobError(["ORA-39095: Dump file space has been exhausted: Unable to allocate 217088 bytes"]);
  say(job, (log) => log.work(`Master table "${job.owner}"."${job.name}" successfully loaded/unloaded`));
  say(job, (log) => log.write("*".repeat(78)));
  say(job, (log) => log.write(`Dump file set for ${job.owner}.${job.name} is:`));
  for (const file of files) say(job, (log) => log.write(`  ${file}`));
  const result = job.errorCount === 0 ? "successfully completed" : `completed with ${job.errorCount} error(s)`;
  finish(job, result, around);
}

function finish(job: Job, result: string, around: RunSurroundings): void {
  const fatal = result.startsWith("stopped");
  const text = job.language === "GERMAN" && !fatal ? "erfolgreich abgeschlossen" : result;
  say(job, (log) =>
    log.write(`Job "${job.owner}"."${job.name}" ${text} at ${longTime(new Date())} elapsed 0 00:00:01`),
  );
  around.ended(job, fatal ? "NOT RUNNING" : "COMPLETED");
}

function say(job: Job, write: (log: NonNullable<Job["log"]>) => string): void {
  if (job.log === null) return;
  job.wip.push(write(job.log));
  for (const wake of job.wake) wake();
}

function countError(job: Job, lines: readonly string[]): void {
  job.errorCount++;
  lines.forEach((line, index) => sayError(job, line, index === 0));
}

function sayError(job: Job, line: string, first: boolean): void {
  if (first) job.log?.write(line);
  else job.log?.detail(line);
  job.errors.push(line);
  for (const wake of job.wake) wake();
}

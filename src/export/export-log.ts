/** The content of a Data Pump log file, the only proof of how an export ended. */
export interface ExportLog {
  rows: LoggedRows[];
  errors: LoggedError[];
  /** Names of the dump files, without their folder. */
  files: string[];
  /** The last line of a log, null while it is missing. */
  end: JobEnd | null;
}

/** A line `. . exported`: rows of a table, or of one of its partitions. */
export interface LoggedRows {
  schema: string;
  table: string;
  partition: string | null;
  rows: number;
}

/** An error with the detail lines that follow it. */
export interface LoggedError {
  code: string;
  text: string;
}

export interface JobEnd {
  job: string;
  result: "completed" | "completed-with-errors" | "stopped";
  errors: number;
}

// Forms: log files of 12.1 to 23ai with LOGTIME=ALL and METRICS=1, as published in Oracle's Data Pump labs.
const STAMP = /^\d{2}-[A-Z]{3}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}: /;
const WORKER = /^W-\d+ +/;
const ROWS =
  /^\. \. exported "([^"]+)"\."([^"]+)"(?::"([^"]+)"(?:\."([^"]+)")?)?\s+[\d.]+ (?:B|KB|MB|GB|TB)\s+(\d+) rows(?: in \d+ seconds using \w+)?$/;
const END =
  /^Job "[^"]+"\."([^"]+)" (?:(successfully completed)|completed with (\d+) error\(s\)|(stopped due to fatal error|stopped by user request))(?= |$)/;

interface Line {
  stamped: boolean;
  text: string;
}

/** Reads a log file. Unknown lines are skipped; an incomplete log has no end. */
export function parseExportLog(text: string): ExportLog {
  const lines = text.split(/\r?\n/).map(readLine);
  const ends = lines.map((line) => parseEnd(line.text)).filter((end) => end !== null);
  return {
    rows: lines.map((line) => parseRows(line.text)).filter((rows) => rows !== null),
    errors: collectErrors(lines),
    files: collectFiles(lines),
    end: ends.at(-1) ?? null,
  };
}

/** A line without its timestamp and worker. */
export function stripLine(line: string): string {
  return line.replace(STAMP, "").replace(WORKER, "");
}

function readLine(raw: string): Line {
  return { stamped: STAMP.test(raw), text: stripLine(raw) };
}

function parseRows(text: string): LoggedRows | null {
  const match = ROWS.exec(text);
  if (match === null) return null;
  const [, schema, table, partition, subpartition, rows] = match;
  const part = subpartition ?? partition ?? null;
  return { schema: schema!, table: table!, partition: part, rows: Number(rows) };
}

function parseEnd(text: string): JobEnd | null {
  const match = END.exec(text);
  if (match === null) return null;
  const [, job, success, count] = match;
  if (success !== undefined) return { job: job!, result: "completed", errors: 0 };
  if (count === undefined) return { job: job!, result: "stopped", errors: 0 };
  return { job: job!, result: "completed-with-errors", errors: Number(count) };
}

/** Detail lines have no timestamp; where the log has no timestamps at all, consecutive ORA- lines are one error. */
function collectErrors(lines: readonly Line[]): LoggedError[] {
  const stamps = lines.some((line) => line.stamped);
  const errors: LoggedError[] = [];
  let open = false;
  for (const line of lines) {
    const code = /^(ORA-\d{5}): /.exec(line.text)?.[1];
    const detail: boolean = open && (stamps ? !line.stamped && line.text !== "" : code !== undefined);
    if (detail) errors.at(-1)!.text += `\n${line.text}`;
    else if (code !== undefined) errors.push({ code, text: line.text });
    open = detail || code !== undefined;
  }
  return errors;
}

function collectFiles(lines: readonly Line[]): string[] {
  const start = lines.findIndex((line) => /^Dump file set for .* is:$/.test(line.text));
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => !/^ {2}\S/.test(line.text));
  return rest.slice(0, end < 0 ? rest.length : end).map((line) => line.text.trim().split(/[/\\]/).at(-1)!);
}

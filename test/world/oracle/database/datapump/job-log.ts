import { appendFileSync, chmodSync, writeFileSync } from "node:fs";

/** A log file in the forms that Oracle publishes for LOGTIME=ALL and METRICS=1. */
export class JobLog {
  readonly path: string;
  stamped = false;
  metrics = false;

  constructor(path: string) {
    this.path = path;
    writeFileSync(path, "");
    chmodSync(path, 0o644);
  }

  /** A line of the job itself, stamped where LOGTIME says so. */
  write(text: string): string {
    const line = this.stamped ? `${stamp(new Date())}: ${text}` : text;
    appendFileSync(this.path, `${line}\n`);
    return line;
  }

  /** A line of a worker: METRICS names it. */
  work(text: string): string {
    return this.write(this.metrics ? `W-1 ${text}` : text);
  }

  /** Detail lines of an error carry no stamp. */
  detail(text: string): void {
    appendFileSync(this.path, `${text}\n`);
  }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `26-APR-25 07:43:15.640` */
function stamp(at: Date): string {
  const month = MONTHS[at.getUTCMonth()]!.toUpperCase();
  const day = two(at.getUTCDate());
  return `${day}-${month}-${two(at.getUTCFullYear() % 100)} ${clock(at)}.${String(at.getUTCMilliseconds()).padStart(3, "0")}`;
}

/** `Fri May 2 18:28:13 2025`: the day is not padded. */
export function longTime(at: Date): string {
  return `${DAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${at.getUTCDate()} ${clock(at)} ${at.getUTCFullYear()}`;
}

/** `. . exported "HR"."EMPLOYEES"   12.34 KB     107 rows in 0 seconds using direct_path` */
export function rowsLine(
  name: string,
  bytes: number,
  how: { rows: number; subquery: boolean; metrics: boolean },
): string {
  const method = how.subquery ? "external_table" : "direct_path";
  const tail = how.metrics ? ` in 0 seconds using ${method}` : "";
  return `. . exported ${name.padEnd(40)} ${sizeText(bytes, how.rows).padStart(10)} ${String(how.rows).padStart(7)} rows${tail}`;
}

function sizeText(bytes: number, rows: number): string {
  if (rows === 0) return "0 KB";
  const kib = bytes / 1024;
  return kib < 1024 ? `${Number(kib.toPrecision(4))} KB` : `${Number((kib / 1024).toPrecision(4))} MB`;
}

function clock(at: Date): string {
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

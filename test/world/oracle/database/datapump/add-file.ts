import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import type { Arguments } from "../plsql/packages.ts";
import { type Job, refuse } from "./job.ts";
import { JobLog } from "./job-log.ts";

/** Directories that a session may use, with its privileges there. */
export interface Directories {
  folder(name: string): string | null;
  allows(user: string, name: string, access: "READ" | "WRITE"): boolean;
  /** %L is known from 19c on. */
  longCounters: boolean;
}

const UNITS: Record<string, number> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };
const DUMP = 1;
const LOG = 3;

/** ADD_FILE for dump and log files of an export. */
export function addFile(job: Job, args: Arguments, directories: Directories): void {
  const filename = String(args.value("FILENAME") ?? "");
  const type = args.value("FILETYPE") ?? DUMP;
  const directory = String(args.value("DIRECTORY") ?? "");
  if (typeof type !== "number" || ![DUMP, LOG].includes(type)) throw refuse(job, 39001);
  if (type === LOG) return addLog(job, { filename, directory }, directories);
  if (/[/\\]/.test(filename))
    throw refuse(
      job,
      39001,
      "ORA-39000: bad dump file specification",
      "ORA-39088: file name cannot contain a path specification",
    );
  checkTemplate(job, filename, directories.longCounters);
  const folder = openFolder(job, directory, {
    directories,
    upper: 39001,
    carrier: "ORA-39000: bad dump file specification",
  });
  const bytes = readSize(job, args.value("FILESIZE"));
  const reuse = args.value("REUSEFILE") === 1;
  const first = join(folder, nameOf(filename, 1));
  if (existsSync(first) && !reuse)
    throw refuse(
      job,
      39001,
      "ORA-39000: bad dump file specification",
      `ORA-31641: unable to create dump file "${first}"`,
      "ORA-27038: created file already exists",
    );
  job.dumpFiles.push({ template: filename, directory: folder, bytes, reuse });
}

/** The n-th file of a template; both counters have two digits up to 99. */
export function nameOf(template: string, number: number): string {
  return template.replace(/%[UuLl]/g, String(number).padStart(2, "0")).replaceAll("%%", "%");
}

function addLog(job: Job, file: { filename: string; directory: string }, directories: Directories): void {
  if (job.log !== null) throw refuse(job, 39002);
  const carrier = "ORA-39070: Unable to open the log file.";
  const folder = openFolder(job, file.directory, { directories, upper: 39002, carrier });
  if (/[/\\]/.test(file.filename))
    throw refuse(job, 39002, carrier, "ORA-39088: file name cannot contain a path specification");
  job.log = new JobLog(join(folder, file.filename));
}

function checkTemplate(job: Job, filename: string, long: boolean): void {
  const allowed = long ? "UuLl%" : "Uu%";
  const bad = [...filename.matchAll(/%(.?)/g)].find(([, next]) => !allowed.includes(next || "?"));
  if (bad !== undefined)
    throw refuse(
      job,
      39001,
      "ORA-39000: bad dump file specification",
      `ORA-39124: dump file name "${filename}" contains an invalid substitution variable`,
    );
}

function openFolder(job: Job, name: string, how: { directories: Directories; upper: number; carrier: string }): string {
  const { directories, upper, carrier } = how;
  const folder = directories.folder(name);
  const usable = folder !== null && directories.allows(job.owner, name, "WRITE");
  if (!usable) throw refuse(job, upper, carrier, `ORA-39087: directory name ${name} is invalid`);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw refuse(job, upper, carrier, "ORA-29283: invalid file operation: cannot open file");
  }
  return folder;
}

function readSize(job: Job, value: unknown): number {
  if (value === null) return Infinity;
  const match = typeof value === "string" ? /^(\d+)(?:([BKMGT])B?)?$/.exec(value) : null;
  const bytes = match === null ? Number.NaN : Number(match[1]) * UNITS[match[2] ?? "B"]!;
  if (!(bytes >= 40 * 1024 && bytes <= 16 * 1024 ** 4)) throw refuse(job, 39001);
  return bytes;
}

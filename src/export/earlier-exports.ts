import { compareText } from "../text/order.ts";
import type { SourceDatabase } from "../ports/source-database.ts";
import type { SourceHost } from "../ports/source-host.ts";
import { stripLine } from "./export-log.ts";
import { joinPath, readText } from "./host-files.ts";
import type { EarlierExport, EarlierJob, JobDescription } from "./source-report.ts";
import { readOurJobs } from "./statements/watch-job.ts";

// A prefix, the number of the job, and for files what Data Pump appends.
const OURS = /^(SEEDBED_[0-9A-F]{8}_[0-9A-Z]+)_\d+(?:(?:_\d+)?\.dmp|\.log)?$/;

/** Everything that Seedbed's exports left on the source: jobs in the dictionary, files in the folder. */
export async function findEarlierExports(
  ports: { database: SourceDatabase; host: SourceHost },
  folder: string,
): Promise<EarlierExport[]> {
  const jobs = (await ports.database.query(readOurJobs, {})).map((row): EarlierJob => ({
    name: String(row["JOB_NAME"]),
    state: String(row["STATE"]),
    sessions: Number(row["ATTACHED_SESSIONS"]),
  }));
  const files = await ports.host.list(folder);
  const found = groupByPrefix(jobs, files);
  for (const one of found) one.description = await readDescription(ports.host, folder, one.files);
  return found;
}

/** Pure: jobs and files that share a prefix belong to one export. */
function groupByPrefix(jobs: readonly EarlierJob[], files: readonly string[]): EarlierExport[] {
  const groups = new Map<string, EarlierExport>();
  const groupOf = (name: string): EarlierExport | null => {
    const prefix = OURS.exec(name)?.[1];
    if (prefix === undefined) return null;
    const group = groups.get(prefix) ?? { prefix, jobs: [], files: [], description: null };
    groups.set(prefix, group);
    return group;
  };
  for (const job of jobs) groupOf(job.name)?.jobs.push(job);
  for (const file of files) groupOf(file)?.files.push(file);
  return [...groups.values()].sort((a, b) => compareText(a.prefix, b.prefix));
}

/** Seedbed's first log entry, null when the text has none. */
export function parseDescription(log: string): JobDescription | null {
  for (const line of log.split(/\r?\n/)) {
    const value = parseJson(stripLine(line));
    if (isDescription(value)) return value;
  }
  return null;
}

async function readDescription(
  host: SourceHost,
  folder: string,
  files: readonly string[],
): Promise<JobDescription | null> {
  for (const file of files.filter((name) => name.endsWith(".log"))) {
    const text = await readText(host, joinPath(folder, file), new AbortController().signal);
    const description = text === null ? null : parseDescription(text);
    if (description !== null) return description;
  }
  return null;
}

function parseJson(text: string): unknown {
  if (!text.startsWith("{")) return null;
  try {
    return JSON.parse(text);
  } catch {
    // A line of the log that only looks like Seedbed's.
    return null;
  }
}

function isDescription(value: unknown): value is JobDescription {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  return ["database", "seed_inputs", "scn", "run"].every((key) => typeof fields[key] === "string");
}

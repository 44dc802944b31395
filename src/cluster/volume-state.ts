import { readLogEvents, type LogEvent } from "./log-event.ts";
import { PHASES } from "./progress.ts";

/** What the container's runtime and its file system tell of the database's volume. */
export interface VolumeState {
  /** Of the file system that the volume is on, which other volumes may share; null where the container cannot tell. */
  files: FileSystem | null;
  /** The last phase that is recorded as finished, with the time of that; null before the first. */
  phase: { name: string; finished: string } | null;
  /** The failure that is recorded; null where none is. */
  failure: LogEvent | null;
  /** Times of the backups whose restore was tested, `20261130T010000Z`, the newest last. */
  backups: string[];
  /** Time of a complete backup whose restore test failed or did not end; null where there is none. */
  untested: string | null;
}

/** KiB. */
export interface FileSystem {
  size: number;
  used: number;
  /** For the database; a file system may keep some for root. */
  free: number;
}

/**
 * One command that reads and changes nothing: the volume's file system by POSIX's `df -Pk`, the runtime's records
 * (src/container/runtime/lib/state.sh, fail.sh; KEY=value lines without secrets), and the names of its backups (lib/backup.sh).
 */
export const LOOK_AT_VOLUME: readonly string[] = [
  "bash",
  "-c",
  [
    "export LC_ALL=C",
    "cd /opt/oracle/oradata || exit",
    "shopt -s nullglob",
    `printf 'files %s\\n' "$(df -Pk . | tail -n 1)"`,
    "for file in .seedbed/state/* .seedbed/failure; do",
    `  while IFS= read -r line; do printf '%s %s\\n' "\${file#.seedbed/}" "$line"; done <"$file"`,
    "done",
    `for folder in .seedbed/backups/*/; do printf 'backup %s\\n' "$folder"; done`,
    "exit 0",
  ].join("\n"),
];

/** What LOOK_AT_VOLUME printed. Lines that nobody knows are left out. */
export function readVolumeState(text: string): VolumeState {
  const lines = text.split("\n");
  const folders = lines.flatMap((line) => /^backup \.seedbed\/backups\/(.+)\/$/.exec(line)?.[1] ?? []).toSorted();
  const untested = folders.findLast((name) => name.startsWith("untested-"));
  return {
    files: readFiles(lines),
    phase: readPhase(lines),
    failure: readFailure(lines),
    backups: folders.filter((name) => /^\d{8}T\d{6}Z$/.test(name)),
    untested: untested?.slice("untested-".length) ?? null,
  };
}

/** Device, size, used, free, share, and where it is mounted: the device's name may have blanks. */
function readFiles(lines: readonly string[]): FileSystem | null {
  const match = lines.map((line) => /^files .* (\d+) +(\d+) +(\d+) +\d+% \//.exec(line)).find((one) => one !== null);
  if (match === undefined) return null;
  const [size = 0, used = 0, free = 0] = match!.slice(1).map(Number);
  return { size, used, free };
}

/** The records of phases that follow each other without a gap, of one import: what is behind a gap is of an earlier one. */
function readPhase(lines: readonly string[]): VolumeState["phase"] {
  const fields = (phase: string) => readFields(lines, `state/${phase}`);
  const first = fields(PHASES[0]);
  const end = PHASES.findIndex((phase) => fields(phase).get("import_key") !== first.get("import_key"));
  const last = PHASES.at(end === -1 ? -1 : end - 1);
  if (first.size === 0 || end === 0 || last === undefined) return null;
  return { name: last, finished: fields(last).get("finished") ?? "" };
}

function readFailure(lines: readonly string[]): LogEvent | null {
  return readLogEvents(readFields(lines, "failure").get("message") ?? "")[0] ?? null;
}

/** The KEY=value lines of one file. */
function readFields(lines: readonly string[], file: string): ReadonlyMap<string, string> {
  const own = lines.filter((line) => line.startsWith(`${file} `)).map((line) => line.slice(file.length + 1));
  return new Map(own.map((line): [string, string] => [line.split("=", 1)[0]!, line.slice(line.indexOf("=") + 1)]));
}

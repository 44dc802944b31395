import type { TargetProfile } from "../lock/lock.ts";
import type { SourceFacts } from "./dump-set.ts";
import { EXCLUDED_PATHS, OPTIONAL_PATHS } from "./plan-jobs.ts";
import type { SourceFinding, SourceReport } from "./source-report.ts";

export interface DatabaseState {
  facts: SourceFacts;
  release: number;
  openMode: string;
  role: string;
  objectPaths: SourceReport["objectPaths"];
}

export interface TargetState extends TargetProfile {
  /** Version of the target's time zone file where it is known. */
  timeZoneFile?: number;
}

/** Checks whether Data Pump can run on this database, and whether the target can import its dump. */
export function checkDatabase(state: DatabaseState, target: TargetState): SourceFinding[] {
  return [
    checkRelease(state),
    checkOpenMode(state),
    ...checkPaths(state.objectPaths),
    checkCharset(state.facts, target),
    checkTimeZone(state.facts, target),
  ].filter((finding) => finding !== null);
}

function checkRelease(state: DatabaseState): SourceFinding | null {
  if (state.release >= 12) return null;
  return {
    severity: "error",
    code: "source-version",
    what: `the source runs Oracle ${state.facts.version}`,
    why: "LOGTIME and the driver's thin mode need Oracle 12.1 or later",
    fix: "use a source with Oracle 12.1 or later",
  };
}

/** A job's control table cannot be created on a standby or in a read-only database. */
function checkOpenMode(state: DatabaseState): SourceFinding | null {
  if (state.openMode === "READ WRITE" && state.role === "PRIMARY") return null;
  return {
    severity: "error",
    code: "source-read-only",
    what: `the source has the role ${state.role} and is open ${state.openMode}`,
    why: "Data Pump creates a control table, so it needs a primary database that is open READ WRITE",
    fix: "point the source's service_name to the primary database",
  };
}

function checkPaths(paths: SourceReport["objectPaths"]): SourceFinding[] {
  const modes = ["SCHEMA", "TABLE"] as const;
  return modes.flatMap((mode): SourceFinding[] => {
    const wanted: readonly string[] = EXCLUDED_PATHS[mode];
    const missing = wanted.filter((path) => !OPTIONAL_PATHS.includes(path) && !paths[mode].includes(path));
    if (missing.length === 0) return [];
    return [
      {
        severity: "error",
        code: "source-object-paths",
        what: `${mode}_EXPORT_OBJECTS of the source does not list ${missing.join(", ")}`,
        why: "database links and users contain credentials and are excluded by these paths",
        fix: "report this Oracle release to the Seedbed maintainers and do not export from it until it is supported",
      },
    ];
  });
}

function checkCharset(facts: SourceFacts, target: TargetState): SourceFinding | null {
  if (facts.charset === target.charset) return null;
  const grows = target.charset === "AL32UTF8";
  return {
    severity: "warning",
    code: "source-charset",
    what: `the source has the character set ${facts.charset}, the target ${target.charset}`,
    why: grows
      ? "strings may need more bytes in the target, so values can be too long for columns with BYTE length (ORA-12899)"
      : "characters that do not exist in the target's character set are replaced",
    fix: `choose a base whose database has ${facts.charset}, or accept the conversion`,
  };
}

function checkTimeZone(facts: SourceFacts, target: TargetState): SourceFinding | null {
  if (target.timeZoneFile === undefined || facts.timeZoneFile <= target.timeZoneFile) return null;
  return {
    severity: "error",
    code: "source-time-zone",
    what: `the source has time zone file ${facts.timeZoneFile}, the target ${target.timeZoneFile}`,
    why: "Data Pump refuses a dump with a newer time zone file (ORA-39405)",
    fix: "choose a base image with a newer release update",
  };
}

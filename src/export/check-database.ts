import type { TargetProfile } from "../lock/lock.ts";
import type { SourceFacts } from "./dump-set.ts";
import { EXCLUDED_PATHS, OPTIONAL_PATH } from "./plan-jobs.ts";
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

/** Whether Data Pump can run here at all, and whether the target can hold what it writes. */
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
    what: `The source runs Oracle ${state.facts.version}.`,
    why: "LOGTIME and the driver's thin mode need Oracle 12.1 or later.",
    fix: "Name a source with Oracle 12.1 or later.",
  };
}

/** The control table of a job is a table: a standby or a read-only database cannot hold it. */
function checkOpenMode(state: DatabaseState): SourceFinding | null {
  if (state.openMode === "READ WRITE" && state.role === "PRIMARY") return null;
  return {
    severity: "error",
    code: "source-read-only",
    what: `The source is ${state.role}, open ${state.openMode}.`,
    why: "Data Pump creates a control table, so it needs a primary database that is open READ WRITE.",
    fix: "Point the source's service_name at the primary database.",
  };
}

function checkPaths(paths: SourceReport["objectPaths"]): SourceFinding[] {
  const modes = ["SCHEMA", "TABLE"] as const;
  return modes.flatMap((mode): SourceFinding[] => {
    const wanted: readonly string[] = EXCLUDED_PATHS[mode];
    const missing = wanted.filter((path) => path !== OPTIONAL_PATH && !paths[mode].includes(path));
    if (missing.length === 0) return [];
    return [
      {
        severity: "error",
        code: "source-object-paths",
        what: `${mode}_EXPORT_OBJECTS of the source does not list ${missing.join(", ")}.`,
        why: "Links and users carry credentials, so they are excluded by these paths.",
        fix: "Report this release to the makers of Seedbed; do not export until it is understood.",
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
    what: `The source has ${facts.charset}, the target ${target.charset}.`,
    why: grows
      ? "Texts may need more bytes in the target: columns with BYTE length can overflow (ORA-12899)."
      : "Characters that the target does not have are replaced.",
    fix: `Choose a base whose database has ${facts.charset}, or accept the conversion.`,
  };
}

function checkTimeZone(facts: SourceFacts, target: TargetState): SourceFinding | null {
  if (target.timeZoneFile === undefined || facts.timeZoneFile <= target.timeZoneFile) return null;
  return {
    severity: "error",
    code: "source-time-zone",
    what: `The source has time zone file ${facts.timeZoneFile}, the target ${target.timeZoneFile}.`,
    why: "Data Pump refuses a dump with a newer time zone file (ORA-39405).",
    fix: "Choose a base image with a newer release update.",
  };
}

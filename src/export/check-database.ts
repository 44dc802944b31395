import type { TargetProfile } from "../lock/lock.ts";
import type { BaseProfile } from "../profiles/profiles.ts";
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

/** Time zone files that bases have before any release update; what an updated base has, only the base itself knows. */
const BASE_TIME_ZONE_FILES: Partial<Record<BaseProfile, number>> = { "ee-19c": 32 };

/** Checks whether Data Pump can run on this database, and whether the target can import its dump. */
export function checkDatabase(state: DatabaseState, target: TargetProfile): SourceFinding[] {
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

function checkCharset(facts: SourceFacts, target: TargetProfile): SourceFinding | null {
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

function checkTimeZone(facts: SourceFacts, { profile }: TargetProfile): SourceFinding | null {
  const known = BASE_TIME_ZONE_FILES[profile];
  if (known === undefined || facts.timeZoneFile <= known) return null;
  return {
    severity: "warning",
    code: "source-time-zone",
    what: `the source has time zone file ${facts.timeZoneFile}, but a base of the profile ${profile} has ${known} unless a release update brings a newer one`,
    why: "Data Pump refuses a dump with a newer time zone file (ORA-39405), and only the import would show it",
    fix: "check V$TIMEZONE_FILE of the base image, and choose a newer release update if it is older",
  };
}

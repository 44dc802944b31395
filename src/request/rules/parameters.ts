import type { Finding } from "../../document/finding.ts";
import type { Steps } from "../../document/place.ts";
import { isFree, type Rule } from "../rule.ts";

/** Initialisation parameters that cannot be set here, whatever their value. */
export const checkParameters: Rule = (input) => {
  const free = isFree(input);
  return Object.entries(input.draft.database?.parameters ?? {}).flatMap(([name, value]) => {
    const at = ["database", "parameters", name];
    return [...refuseName(name, at, free), ...checkText(name, value, at)];
  });
};

// Oracle Database Free: two cores and 2 GB of memory, fixed at the instance (Database Free Installation Guide,
// "Licensing Restrictions"); a larger value in the spfile keeps the instance down at its next start (ORA-56752).
const FIXED_IN_FREE = new Set([
  "sga_target",
  "sga_min_size",
  "pga_aggregate_target",
  "pga_aggregate_limit",
  "cpu_count",
  "cpu_min_count",
  "sessions",
  "inmemory_size",
  "db_cache_size",
  "shared_pool_size",
]);

// Not modifiable in a pluggable database: ISPDB_MODIFIABLE is FALSE in V$SYSTEM_PARAMETER (ORA-65040).
const OF_THE_INSTANCE = new Set([
  "processes",
  "memory_target",
  "memory_max_target",
  "sga_max_size",
  "compatible",
  "control_files",
  "db_name",
  "db_unique_name",
  "db_block_size",
  "db_domain",
  "enable_pluggable_database",
  "instance_name",
  "local_listener",
  "audit_trail",
  "log_archive_dest",
  "remote_login_passwordfile",
  "spfile",
  "undo_tablespace",
  "db_recovery_file_dest",
  "db_recovery_file_dest_size",
  "diagnostic_dest",
]);

const SEEDBED_SETS: Record<string, string> = {
  job_queue_processes: "jobs are off until the data is secured; list the ones to keep in database.jobs.allow",
  error_message_details: "error messages of 26ai can contain values from production, so it stays off",
};

function refuseName(name: string, at: Steps, free: boolean): Finding[] {
  const say = (what: string, why: string): Finding[] => [
    { code: "parameter-refused", at, key: true, what, why, fix: "remove it" },
  ];
  if (Object.hasOwn(SEEDBED_SETS, name)) return say(`${name} is set by Seedbed`, SEEDBED_SETS[name]!);
  if (OF_THE_INSTANCE.has(name))
    return say(`${name} applies to the whole instance`, "a pluggable database cannot set it (ORA-65040)");
  if (free && FIXED_IN_FREE.has(name))
    return say(
      `${name} is fixed in Oracle Database Free`,
      "it is limited to two cores and 2 GB of memory, and does not start with more (ORA-56752)",
    );
  return [];
}

function checkText(name: string, value: string | number | boolean | undefined, at: Steps): Finding[] {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    const fix = "write the value in quotes, as Oracle expects it";
    return [
      {
        code: "bad-form",
        at,
        what: `${name} is ${value}`,
        why: "only whole numbers that can be represented exactly are allowed",
        fix,
      },
    ];
  }
  if (typeof value !== "string" || !/[\n\r;]/.test(value)) return [];
  const why = "the value is part of a single ALTER SYSTEM statement";
  return [{ code: "bad-form", at, what: `${name} has a semicolon or a line break`, why, fix: "remove it" }];
}

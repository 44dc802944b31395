import type { Container, Database } from "./model.ts";

export interface ParameterKind {
  /** As V$PARAMETER numbers them. */
  type: 1 | 2 | 3 | 6;
  initial: string;
  system: "IMMEDIATE" | "DEFERRED" | "FALSE";
  pdb: boolean;
}

function kind(
  ...[type, initial, system, pdb]: [1 | 2 | 3 | 6, string, ParameterKind["system"], boolean]
): ParameterKind {
  return { type, initial, system, pdb };
}

/** Initialisation parameters that this database knows; any other name is ORA-02065. */
export const PARAMETERS: Record<string, ParameterKind> = {
  job_queue_processes: kind(3, "40", "IMMEDIATE", true),
  open_cursors: kind(3, "300", "IMMEDIATE", true),
  optimizer_mode: kind(2, "ALL_ROWS", "IMMEDIATE", true),
  optimizer_index_cost_adj: kind(3, "100", "IMMEDIATE", true),
  cursor_sharing: kind(2, "EXACT", "IMMEDIATE", true),
  session_cached_cursors: kind(3, "50", "DEFERRED", true),
  nls_date_format: kind(2, "", "FALSE", true),
  nls_length_semantics: kind(2, "BYTE", "IMMEDIATE", true),
  undo_retention: kind(3, "900", "IMMEDIATE", true),
  recyclebin: kind(2, "on", "DEFERRED", true),
  smtp_out_server: kind(2, "", "IMMEDIATE", true),
  error_message_details: kind(2, "ON", "IMMEDIATE", true),
  resource_limit: kind(1, "TRUE", "IMMEDIATE", true),
  sessions: kind(3, "322", "IMMEDIATE", true),
  deferred_segment_creation: kind(1, "TRUE", "IMMEDIATE", true),
  max_string_size: kind(2, "STANDARD", "FALSE", true),
  workarea_size_policy: kind(2, "AUTO", "IMMEDIATE", true),
  db_file_multiblock_read_count: kind(3, "128", "IMMEDIATE", true),
  processes: kind(3, "200", "FALSE", false),
  sga_target: kind(6, "1610612736", "IMMEDIATE", true),
  sga_max_size: kind(6, "1610612736", "FALSE", false),
  pga_aggregate_target: kind(6, "536870912", "IMMEDIATE", true),
  memory_target: kind(6, "0", "IMMEDIATE", false),
  cpu_count: kind(3, "2", "IMMEDIATE", true),
  db_block_size: kind(3, "8192", "FALSE", false),
  audit_trail: kind(2, "NONE", "FALSE", false),
  local_listener: kind(2, "", "IMMEDIATE", false),
  db_name: kind(2, "FREE", "FALSE", false),
};

/** The value that counts in a container: its own, else the root's, else the default. */
export function effectiveParameter(database: Database, container: Container, name: string): string {
  const known = PARAMETERS[name];
  const inherited = known?.pdb ? undefined : database.containers[0]!.parameters[name];
  return container.parameters[name] ?? inherited ?? database.containers[0]!.parameters[name] ?? known?.initial ?? "";
}

/** Jobs that would run now: enabled ones, where the container and the root let jobs run. */
export function runnableJobs(database: Database, container: Container): number {
  const queue = (at: Container): number => Number(effectiveParameter(database, at, "job_queue_processes"));
  const off = container.schedulerDisabled || queue(container) === 0 || queue(database.containers[0]!) === 0;
  const enabled = container.jobs.filter((job) => job.enabled && job.owner !== "SYS");
  return off ? 0 : enabled.length;
}

/** What was written with SCOPE = SPFILE counts from now on. */
export function takeNextParameters(container: Container): void {
  for (const [name, value] of Object.entries(container.nextParameters ?? {}))
    if (value === null) delete container.parameters[name];
    else container.parameters[name] = value;
  container.nextParameters = {};
}

import type { Arguments } from "../plsql/packages.ts";
import { type Job, refuse } from "./job.ts";

/** Parameters of exports with their value types, and the words where there are few. */
const PARAMETERS: Record<string, "number" | readonly string[]> = {
  COMPRESSION: ["ALL", "DATA_ONLY", "METADATA_ONLY", "NONE"],
  COMPRESSION_ALGORITHM: ["BASIC", "LOW", "MEDIUM", "HIGH"],
  ESTIMATE: ["BLOCKS", "STATISTICS"],
  FLASHBACK_SCN: "number",
  INCLUDE_METADATA: "number",
  KEEP_MASTER: "number",
  LOGTIME: ["NONE", "STATUS", "LOGFILE", "ALL"],
  METRICS: "number",
};

/** SET_PARAMETER of an export that is being defined. */
export function setParameter(job: Job, args: Arguments): void {
  const name = String(args.value("NAME") ?? "");
  const value = args.value("VALUE");
  const type = PARAMETERS[name];
  if (type === undefined) throw refuse(job, 39001, `ORA-39049: invalid parameter name ${name}`);
  if (job.parameters.has(name)) throw refuse(job, 39001, `ORA-39051: parameter ${name} specified multiple times`);
  if (typeof value !== (type === "number" ? "number" : "string") || value === null) throw refuse(job, 39005);
  if (type !== "number" && !type.includes(String(value)))
    throw refuse(job, 39001, `ORA-39207: Value ${value} is invalid for parameter ${name}.`);
  job.parameters.set(name, value);
}

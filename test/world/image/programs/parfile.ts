import { readFileSync } from "node:fs";
import type { DataPumpRequest } from "../database/data-pump-checks.ts";

export interface ParameterFile {
  userid: string;
  attach: string | null;
  request: DataPumpRequest;
}

const KNOWN = new Set(
  (
    "USERID ATTACH DIRECTORY DUMPFILE LOGFILE NOLOGFILE JOB_NAME SCHEMAS FULL EXCLUDE INCLUDE REMAP_SCHEMA REMAP_TABLESPACE TABLE_EXISTS_ACTION TRANSFORM " +
    "LOGTIME METRICS PARALLEL CONTENT FLASHBACK_SCN REUSE_DUMPFILES DATA_OPTIONS STATUS"
  ).split(" "),
);

/** `KEY=value` lines with comments; keys that Data Pump does not know are errors. */
export function readParfile(path: string, operation: "IMPORT" | "EXPORT"): ParameterFile | string {
  const values = new Map<string, string[]>();
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const text = line.replace(/^\s*#.*$/, "").trim();
    if (text === "") continue;
    const match = /^([A-Za-z_]+)\s*=\s*(.*)$/.exec(text);
    if (!match) return `LRM-00110: syntax error at '${text.split("=")[0]}'`;
    const key = match[1]!.toUpperCase();
    if (key === "PARFILE") return "LRM-00114: PARFILE parameter cannot be nested";
    if (!KNOWN.has(key)) return `LRM-00101: unknown parameter name '${match[1]}'`;
    values.set(key, [...(values.get(key) ?? []), match[2]!]);
  }
  const one = (key: string): string | null => values.get(key)?.at(-1) ?? null;
  const list = (key: string): string[] =>
    (values.get(key) ?? [])
      .flatMap((value) => value.split(","))
      .map((value) => value.trim())
      .filter(Boolean);
  const pairs = (key: string): Record<string, string> =>
    Object.fromEntries(list(key).map((pair) => pair.split(":").map(name) as [string, string]));
  const action = (one("TABLE_EXISTS_ACTION") ?? "SKIP").toUpperCase();
  if (!["SKIP", "APPEND", "TRUNCATE", "REPLACE"].includes(action))
    return "LRM-00121: not an allowable value for 'table_exists_action'";
  const exclude = (values.get("EXCLUDE") ?? []).flatMap(readExclude);
  // Up to 19c; later releases take both.
  if (values.has("INCLUDE") && values.has("EXCLUDE"))
    return "UDI-00011: parameter include is incompatible with parameter exclude";
  return {
    userid: one("USERID") ?? "",
    attach: one("ATTACH"),
    request: {
      operation,
      jobName: name(one("JOB_NAME") ?? `SYS_${operation}_FULL_01`),
      directory: name(one("DIRECTORY") ?? "DATA_PUMP_DIR"),
      dumpfiles: list("DUMPFILE").map((file) => file.replace(/^"(.*)"$/, "$1")),
      logfile: (one("NOLOGFILE") ?? "NO").toUpperCase().startsWith("Y")
        ? null
        : (one("LOGFILE") ?? (operation === "IMPORT" ? "import.log" : "export.log")),
      logtime: ["ALL", "LOGFILE", "STATUS"].includes((one("LOGTIME") ?? "NONE").toUpperCase()),
      metrics: /^Y/i.test(one("METRICS") ?? "NO"),
      schemas: list("SCHEMAS").map(name),
      exclude,
      include: values.has("INCLUDE") ? list("INCLUDE").map((type) => type.toUpperCase()) : null,
      remapSchema: pairs("REMAP_SCHEMA"),
      remapTablespace: pairs("REMAP_TABLESPACE"),
      transforms: list("TRANSFORM").map((value) => value.toUpperCase()),
      tableExists: action as DataPumpRequest["tableExists"],
      content: (one("CONTENT") ?? "ALL").toUpperCase() as DataPumpRequest["content"],
      reuseDumpfiles: /^Y/i.test(one("REUSE_DUMPFILES") ?? "NO"),
    },
  };
}

function name(text: string): string {
  return text.startsWith('"') ? text.replace(/^"(.*)"$/, "$1") : text.toUpperCase();
}

/** `STATISTICS,USER` or `TABLE:"IN ('A','B')"`. */
function readExclude(text: string): DataPumpRequest["exclude"] {
  const filter = /^(\w+):"\s*(?:IN\s*\((.*)\)|=\s*(.*))\s*"$/i.exec(text.trim());
  if (!filter) return text.split(",").map((type) => ({ type: type.trim().toUpperCase(), names: null }));
  const names = [...(filter[2] ?? filter[3])!.matchAll(/'([^']*)'/g)].map((match) => match[1]!);
  return [{ type: filter[1]!.toUpperCase(), names }];
}

import { existsSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { OraError } from "../engine.ts";
import { PUMP_EXCEPTIONS, pumpPackage } from "./datapump/package.ts";
import type { PumpSession } from "./datapump/job.ts";
import type { DataPump } from "./datapump/pump.ts";
import type { Arguments, Packages, Subprogram } from "./plsql/packages.ts";
import { compileWhere } from "./where.ts";

/** Everything that blocks of one session may call. */
export function sessionPackages(pump: DataPump, session: PumpSession, signal: AbortSignal): Packages {
  const { settings } = pump.around;
  const subprograms = new Map<string, Subprogram>([
    ...pumpPackage(pump, session, signal),
    ...sqlPackage(pump),
    ["DBMS_APPLICATION_INFO.SET_ACTION", { parameters: ["ACTION_NAME"], run: (args) => setAction(session, args) }],
    ...(settings.utlFile ? filePackage(pump, session) : []),
  ]);
  const execute = (sql: string) => Promise.resolve(executeImmediate(sql, pump, session));
  return { subprograms, exceptions: PUMP_EXCEPTIONS, execute, user: session.user };
}

/** DBMS_SQL as far as parsing goes. */
function sqlPackage(pump: DataPump): [string, Subprogram][] {
  return [
    ["DBMS_SQL.OPEN_CURSOR", { parameters: [], run: () => 1 }],
    ["DBMS_SQL.CLOSE_CURSOR", { parameters: ["C"], run: () => null }],
    [
      "DBMS_SQL.PARSE",
      {
        parameters: ["C", "STATEMENT", "LANGUAGE_FLAG"],
        run: (args) => (parseSelect(String(args.value("STATEMENT")), pump), null),
      },
    ],
  ];
}

/** V$SESSION.ACTION holds 64 bytes from 12.1 on. */
function setAction(session: PumpSession, args: Arguments): null {
  session.action = String(args.value("ACTION_NAME") ?? "").slice(0, 64);
  return null;
}

function parseSelect(sql: string, pump: DataPump): void {
  const match = /^SELECT 1 FROM "([^"]+)"\."([^"]+)" ([\s\S]*)$/.exec(sql);
  if (match === null) throw new OraError(900, ["ORA-00900: invalid SQL statement"]);
  const [, owner, name, rest] = match;
  compileWhere(rest!, pump.around.data.table(owner!, name!).columns);
}

function filePackage(pump: DataPump, session: PumpSession): [string, Subprogram][] {
  const run: Subprogram["run"] = (args) => {
    const [directory, file] = [String(args.value("LOCATION")), String(args.value("FILENAME"))];
    const { directories } = pump.around;
    const folder = directories.folder(directory);
    if (folder === null || !directories.allows(session.user, directory, "WRITE"))
      throw new OraError(29280, ["ORA-29280: invalid directory object"]);
    const path = join(folder, file);
    if (/[/\\]/.test(file) || !existsSync(path)) throw new OraError(29283, ["ORA-29283: invalid file operation"]);
    unlinkSync(path);
    return null;
  };
  return [["UTL_FILE.FREMOVE", { parameters: ["LOCATION", "FILENAME"], run }]];
}

function executeImmediate(sql: string, pump: DataPump, session: PumpSession): void {
  const language = /^ALTER SESSION SET NLS_LANGUAGE='(\w+)' NLS_TERRITORY='\w+'$/.exec(sql)?.[1];
  if (language !== undefined) {
    session.language = language;
    return;
  }
  const table = /^DROP TABLE "([^"]+)" PURGE$/.exec(sql)?.[1];
  if (table === undefined) throw new OraError(900, ["ORA-00900: invalid SQL statement"]);
  const job = pump.jobs.find((one) => one.name === table && one.owner === session.user);
  if (job === undefined) throw new OraError(942, ["ORA-00942: table or view does not exist"]);
  if (job.state !== "NOT RUNNING")
    throw new OraError(54, ["ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired"]);
  pump.remove(job);
}

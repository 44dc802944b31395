import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OraError } from "../../oracle/engine.ts";
import { writeDump, type DumpTable } from "../../dump/format.ts";
import { isExcluded, type DataPumpRequest, type Step } from "./data-pump-checks.ts";
import type { Instance, Session } from "./instance.ts";
import type { Container, Table } from "./model.ts";
import { holds } from "./privileges.ts";

/** The steps of a schema export into one file, which is there from the start and whole at the end. */
export function* exportSteps(
  instance: Instance,
  session: Session,
  to: { request: DataPumpRequest; folder: string },
): Generator<Step> {
  const { request } = to;
  const { container } = session;
  const name = request.dumpfiles[0] ?? "expdat.dmp";
  const file = join(to.folder, name.replace(/%[UL]/i, "01"));
  if (existsSync(file) && !request.reuseDumpfiles)
    throw new OraError(39001, [
      "ORA-39001: invalid argument value",
      "ORA-39000: bad dump file specification",
      `ORA-31641: unable to create dump file "${file}"`,
      "ORA-27038: created file already exists",
    ]);
  const unknown = request.schemas.find((schema) => !container.users.some((user) => user.name === schema));
  if (unknown !== undefined || request.schemas.length === 0)
    throw new OraError(39002, [
      "ORA-39002: invalid operation",
      "ORA-39165: Schema was not found.",
      `ORA-39168: Object path SCHEMA was not found: ${unknown ?? "none named"}`,
    ]);
  writeFileSync(file, "");
  yield { lines: [`Starting "${session.user}"."${request.jobName}":`], failed: false, event: null };
  const tables: DumpTable[] = [];
  for (const table of container.tables.filter(
    (at) => request.schemas.includes(at.owner) && !isExcluded(request, "TABLE", at.name),
  )) {
    const all = instance.pending.get(table)?.rows ?? table.rows;
    const partial = hidesRows(container, table) && !mayReadAll(container, session.user);
    const rows = partial ? all.slice(0, Math.floor(all.length / 2)) : all;
    tables.push({ owner: table.owner, name: table.name, columns: table.columns, rows });
    // The strict reading: the job says so in one line and succeeds.
    const warning = `ORA-39181: Only partial table data may be exported due to fine grain access control on "${table.owner}"."${table.name}"`;
    yield {
      lines: [
        ...(partial ? [warning] : []),
        `. . exported "${table.owner}"."${table.name}" ${String(1).padStart(12)} KB ${String(rows.length).padStart(7)} rows`,
      ],
      failed: false,
      event: `export ${table.owner}.${table.name}`,
    };
  }
  const objects = container.objects.filter(
    (at) => request.schemas.includes(at.owner) && !isExcluded(request, at.type, at.name),
  );
  const { database } = instance;
  const header = {
    version: 1 as const,
    guid: randomBytes(16).toString("hex"),
    job: request.jobName,
    owner: session.user,
    mode: "SCHEMA" as const,
    scn: String(database.scn),
    dbVersion: database.dbVersion,
    charset: database.charset,
    timeZoneFile: database.timeZoneFile,
    file: 1,
    files: 1,
  };
  writeFileSync(file, writeDump({ header, tables, objects }, 0));
  yield {
    lines: [`Dump file set for ${session.user}.${request.jobName} is:`, `  ${file}`],
    failed: false,
    event: `export ${name} written`,
  };
}

/** A row-level policy, as one that came with a dump. */
function hidesRows({ objects }: Container, { owner, name }: Table): boolean {
  return objects.some((at) => at.type === "RLS_POLICY" && at.owner === owner && at.detail["table"] === name);
}

function mayReadAll(container: Container, user: string): boolean {
  return holds(container, user, "EXEMPT ACCESS POLICY");
}

import type { DumpObject, DumpTable } from "../../dump/format.ts";
import { checkIncluded, isExcluded, readDumpFiles, type DataPumpRequest, type Step } from "./data-pump-checks.ts";
import { importAccountObject } from "./data-pump-accounts.ts";
import { importForeignKey } from "./data-pump-keys.ts";
import { addUser } from "./ddl-users.ts";
import type { Instance, Session } from "./instance.ts";
import type { Container } from "./model.ts";

interface Import {
  container: Container;
  request: DataPumpRequest;
}

const CODE = new Set(["PROCEDURE", "FUNCTION", "PACKAGE", "PACKAGE_BODY", "VIEW", "TRIGGER", "TYPE"]);

/** The steps of an import: users, one table after the other, then the other objects. The first checks everything. */
export function* importSteps(
  instance: Instance,
  session: Session,
  from: { request: DataPumpRequest; folder: string },
): Generator<Step> {
  const { request } = from;
  const dumps = readDumpFiles(instance, from.folder, request.dumpfiles);
  checkIncluded(request, dumps);
  const job: Import = { container: session.container, request };
  const step = (lines: string[], event: string | null = null): Step => ({ lines, failed: false, event });
  yield step([
    `Master table "${session.user}"."${request.jobName}" successfully loaded/unloaded`,
    `Starting "${session.user}"."${request.jobName}":`,
  ]);
  for (const tablespace of Object.values(request.remapTablespace)) {
    if (session.container.tablespaces.some(({ name }) => name === tablespace)) continue;
    yield failure(
      `ORA-39083: Object type TABLE failed to create with error:`,
      `ORA-00959: tablespace '${tablespace}' does not exist`,
    );
  }
  const wanted = (owner: string): boolean => request.schemas.length === 0 || request.schemas.includes(owner);
  const objects = dumps.flatMap((dump) => dump.objects).filter(({ owner }) => wanted(owner));
  for (const user of objects.filter(({ type }) => type === "USER")) yield importUser(job, user);
  yield step(["Processing object type SCHEMA_EXPORT/TABLE/TABLE_DATA"]);
  for (const table of dumps.flatMap((dump) => dump.tables).filter(({ owner }) => wanted(owner)))
    yield* importTable(job, table);
  for (const object of objects.filter(({ type }) => type !== "USER")) yield importObject(job, object);
}

function failure(...lines: string[]): Step {
  return { lines, failed: true, event: null };
}

function target({ request }: Import, owner: string): string {
  return request.remapSchema[owner] ?? owner;
}

function importUser(job: Import, object: DumpObject): Step {
  const name = target(job, object.name);
  if (isExcluded(job.request, "USER", object.name)) return { lines: [], failed: false, event: null };
  if (job.container.users.some((user) => user.name === name))
    return failure(`ORA-31684: Object type USER:"${name}" already exists`);
  addUser(job.container, name, { password: "imported", quotas: {} });
  return { lines: [], failed: false, event: `import USER ${name}` };
}

function* importTable(job: Import, table: DumpTable): Generator<Step> {
  const { container, request } = job;
  const owner = target(job, table.owner);
  if (isExcluded(request, "TABLE", table.name)) return;
  if (!container.users.some((user) => user.name === owner)) {
    yield failure(
      `ORA-39083: Object type TABLE:"${owner}"."${table.name}" failed to create with error:`,
      `ORA-01918: user '${owner}' does not exist`,
    );
    return;
  }
  // Nothing here has a keystore.
  if (table.encrypted === true && !request.transforms.includes("OMIT_ENCRYPTION_CLAUSE:Y")) {
    yield failure(
      `ORA-39083: Object type TABLE:"${owner}"."${table.name}" failed to create with error:`,
      "ORA-28365: wallet is not open",
    );
    return;
  }
  const present = container.tables.find((at) => at.owner === owner && at.name === table.name);
  if (present && request.tableExists === "SKIP") {
    yield failure(
      `ORA-39151: Table "${owner}"."${table.name}" exists. All dependent metadata and data will be skipped due to table_exists_action of skip`,
    );
    return;
  }
  if (present && request.tableExists === "REPLACE") container.tables = container.tables.filter((at) => at !== present);
  const kept =
    present && request.tableExists !== "REPLACE"
      ? present
      : { owner, name: table.name, columns: table.columns, rows: [] };
  if (kept !== present) container.tables.push(kept);
  if (request.tableExists === "TRUNCATE") kept.rows = [];
  const before = kept.rows;
  // Rows arrive in two loads, so that a kill can meet a half-full table.
  const half = Math.ceil(table.rows.length / 2);
  kept.rows = [...before, ...table.rows.slice(0, half)];
  yield { lines: [], failed: false, event: `import ${owner}.${table.name} half` };
  kept.rows = [...before, ...table.rows];
  const size = (JSON.stringify(table.rows).length / 1024).toFixed(1);
  yield {
    lines: [
      `. . imported "${owner}"."${table.name}" ${size.padStart(12)} KB ${String(table.rows.length).padStart(7)} rows`,
    ],
    failed: false,
    event: `import ${owner}.${table.name}`,
  };
}

function importObject(job: Import, object: DumpObject): Step {
  const { container, request } = job;
  const owner = target(job, object.owner);
  const step: Step = { lines: [], failed: false, event: `import ${object.type} ${owner}.${object.name}` };
  if (isExcluded(request, object.type, object.name)) return { ...step, event: null };
  if (!container.users.some((user) => user.name === owner) && owner !== "PUBLIC")
    return failure(
      `ORA-39083: Object type ${object.type}:"${owner}"."${object.name}" failed to create with error:`,
      `ORA-01918: user '${owner}' does not exist`,
    );
  const detail = object.detail ?? {};
  if (object.type === "REF_CONSTRAINT") {
    const parent = { r_owner: target(job, detail["r_owner"] ?? "") };
    return { ...step, ...importForeignKey(container, { ...object, owner, detail: { ...detail, ...parent } }) };
  }
  const account = importAccountObject(container, { ...object, owner });
  if (account !== null) return { ...step, ...account };
  if (object.type === "JOB" || object.type === "PROCOBJ") {
    if (container.jobs.some((at) => at.owner === owner && at.name === object.name))
      return failure(`ORA-31684: Object type PROCOBJ:"${owner}"."${object.name}" already exists`);
    container.jobs.push({
      owner,
      name: object.name,
      enabled: (object.detail?.["enabled"] ?? "TRUE").toUpperCase() === "TRUE",
    });
    return step;
  }
  if (object.type === "DB_LINK" || object.type === "DATABASE LINK") {
    container.links.push({ owner, name: object.name, host: object.detail?.["host"] ?? "prod" });
    return step;
  }
  if (container.objects.some((at) => at.owner === owner && at.name === object.name && at.type === object.type))
    return failure(`ORA-31684: Object type ${object.type}:"${owner}"."${object.name}" already exists`);
  container.objects.push({
    owner,
    type: object.type,
    name: object.name,
    status: object.status,
    detail: { ...object.detail, ...(object.status === "INVALID" ? { broken: "yes" } : {}) },
  });
  if (object.status === "VALID" || !CODE.has(object.type)) return step;
  return {
    ...step,
    failed: true,
    lines: [`ORA-39082: Object type ${object.type}:"${owner}"."${object.name}" created with compilation warnings`],
  };
}

import type { DumpObject } from "../../../dump/format.ts";
import type { SourceData, SourceTable } from "../source-data.ts";
import { selectTables } from "./filters.ts";
import type { Job } from "./job.ts";
import { pathOf } from "./object-paths.ts";

/** Everything but tables that a job writes, in the order in which an import creates it. */
export function selectObjects(job: Job, data: SourceData): DumpObject[] {
  const own = job.mode === "TABLE" ? [] : objectsOfSchemas(job, data);
  const keys = selectTables(job, data).flatMap(foreignKeysOf);
  return [...own, ...keys].filter((object) => !job.excluded.includes(pathOf(object.type)));
}

function objectsOfSchemas(job: Job, data: SourceData): DumpObject[] {
  const schemas = (job.schemas?.names ?? [job.owner]).filter((name) => data.schemas.has(name));
  const own = data.objects.filter((object) => schemas.includes(object.owner));
  return [...schemas.flatMap((name) => objectsOfUser(name, data)), ...own];
}

/** A foreign key goes with its child, wherever its parent is. */
function foreignKeysOf({ owner, name: table, definition }: SourceTable): DumpObject[] {
  return (definition.foreignKeys ?? []).map(({ name, column, refersTo }) => {
    const parent = { r_owner: refersTo.owner, r_table: refersTo.table, r_column: refersTo.column ?? column };
    return { owner, type: "REF_CONSTRAINT", name, status: "VALID", detail: { table, column, ...parent } };
  });
}

/** Excluding USER leaves the others: they are object types of their own. */
function objectsOfUser(owner: string, data: SourceData): DumpObject[] {
  const { quotas, roles } = data.schemas.get(owner)!.user;
  const object = (type: string, name: string, detail?: Record<string, string>): DumpObject => ({
    owner,
    type,
    name,
    status: "VALID",
    ...(detail === undefined ? {} : { detail }),
  });
  return [
    object("USER", owner),
    ...roles.map((role) => object("ROLE_GRANT", owner, { role })),
    ...roles.map((role) => object("DEFAULT_ROLE", owner, { role })),
    ...quotas.map((tablespace) => object("TABLESPACE_QUOTA", owner, { tablespace })),
  ];
}

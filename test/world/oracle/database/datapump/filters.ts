import type { SourceData } from "../source-data.ts";
import type { Arguments } from "../plsql/packages.ts";
import { type Job, type NameFilter, refuse } from "./job.ts";
import { parseNameExpression, passes } from "./name-expression.ts";
import { OBJECT_PATHS } from "./object-paths.ts";

/** METADATA_FILTER: list expressions by schema, by name and by object path. */
export function addMetadataFilter(job: Job, args: Arguments): void {
  const name = String(args.value("NAME") ?? "");
  const value = args.value("VALUE");
  if (typeof value !== "string") throw refuse(job, 39005);
  if (!["SCHEMA_EXPR", "NAME_EXPR", "EXCLUDE_PATH_EXPR"].includes(name))
    throw refuse(job, 39001, `ORA-39036: invalid metadata filter name ${name}`);
  const path = args.value("OBJECT_PATH") ?? args.value("OBJECT_TYPE");
  if (path !== null && name !== "NAME_EXPR")
    throw refuse(job, 39001, `ORA-39037: Object type path not supported for ${name} metadata filter.`);
  const filter = parseNameExpression(value);
  if (filter === null)
    throw refuse(job, 39001, `ORA-39071: Value for ${name} is badly formed.`, "ORA-00936: missing expression");
  applyFilter(job, { name, filter, path: path === null ? null : String(path) });
}

function applyFilter(job: Job, what: { name: string; filter: NameFilter; path: string | null }): void {
  const { name, filter, path } = what;
  if (name === "SCHEMA_EXPR") {
    if (job.mode === "TABLE" && (filter.negated || filter.names.length !== 1))
      throw refuse(
        job,
        39001,
        `ORA-39040: Schema expression "${filter.names.join(",")}" must identify exactly one schema.`,
      );
    job.schemas = filter;
  } else if (name === "EXCLUDE_PATH_EXPR") {
    checkPaths(job, filter.names);
    job.excluded.push(...filter.names);
  } else {
    if (path !== null) checkPaths(job, [path]);
    // Without a path the filter would also hit indexes and constraints by name: nothing here needs that.
    if (path !== "TABLE")
      throw refuse(job, 39001, 'ORA-39041: Filter "NAME_EXPR" either identifies all object types or no object types.');
    job.names = filter;
  }
}

function checkPaths(job: Job, paths: readonly string[]): void {
  const unknown = paths.find((path) => !OBJECT_PATHS[job.mode].includes(path));
  if (unknown !== undefined)
    throw refuse(job, 39001, `ORA-39038: Object path "${unknown}" is not supported for ${job.mode} jobs.`);
}

/** DATA_FILTER: row conditions of one table each, and rows on or off. */
export function addDataFilter(job: Job, args: Arguments, data: SourceData): void {
  const name = String(args.value("NAME") ?? "");
  const value = args.value("VALUE");
  const [schema, table] = [args.value("SCHEMA_NAME"), args.value("TABLE_NAME")];
  if (!["SUBQUERY", "INCLUDE_ROWS"].includes(name)) throw refuse(job, 39001, `ORA-39031: invalid filter name ${name}`);
  if (typeof value !== (name === "SUBQUERY" ? "string" : "number")) throw refuse(job, 39005);
  if (schema !== null && table === null)
    throw refuse(job, 39001, "ORA-31658: specifying a schema name requires a table name");
  const key = `${name}/${schema}/${table}`;
  if (job.dataFilters.has(key)) throw refuse(job, 39001, `ORA-39035: Data filter ${name} has already been specified.`);
  if (table !== null && !data.tables.has(`${schema ?? job.owner}.${table}`))
    throw refuse(job, 39001, `ORA-39034: Table ${String(schema)}.${String(table)} does not exist.`);
  job.dataFilters.add(key);
  if (name === "SUBQUERY") job.subqueries.set(`${schema}.${table}`, String(value));
}

/** Tables of the job's scope, in the order in which they are written. */
export function selectTables(job: Job, data: SourceData) {
  return [...data.tables.values()]
    .filter((table) => passes(job.schemas ?? { negated: false, names: [job.owner] }, table.owner))
    .filter((table) => data.schemas.get(table.owner)?.oracle !== true && passes(job.names, table.name))
    .sort((a, b) => b.rows.length - a.rows.length || (a.name < b.name ? -1 : 1));
}

import type { SchemaScope, TableScope } from "../request/request.ts";
import { hintAtNames } from "./hint-at-names.ts";
import type { ResolvedSchema, ResolvedTable, SourceFinding } from "./source-report.ts";

/** The part of the dictionary that a scope needs. */
export interface Dictionary {
  schemas: { name: string; oracle: boolean }[];
  /** Exportable tables of every requested schema. */
  tables: Map<string, string[]>;
}

export interface ResolvedScope {
  schemas: ResolvedSchema[];
  findings: SourceFinding[];
}

/** Names of the schemas whose tables have to be read: those in scope, or all that Oracle does not maintain. */
export function schemasToRead(scope: readonly SchemaScope[], dictionary: Dictionary["schemas"]) {
  const own = dictionary.filter((schema) => !schema.oracle).map((schema) => schema.name);
  if (scope.length === 0) return own.sort();
  const known = new Set(dictionary.map((schema) => schema.name));
  return scope.map((schema) => schema.name).filter((name) => known.has(name));
}

/** Compares a scope with the dictionary: every unknown name is a finding, every known name is resolved. */
export function resolveScope(scope: readonly SchemaScope[], dictionary: Dictionary, account: string): ResolvedScope {
  const findings: SourceFinding[] = [];
  const wanted = scope.length === 0 ? everySchema(dictionary, account) : scope;
  const schemas = wanted.flatMap((schema) => {
    const problem = checkSchema(schema.name, dictionary);
    if (problem !== null) findings.push(problem);
    return problem === null ? [resolveSchema(schema, dictionary, findings)] : [];
  });
  if (wanted.length === 0) findings.push(NOTHING);
  return { schemas, findings };
}

const NOTHING: SourceFinding = {
  severity: "error",
  code: "source-scope-empty",
  what: "the source has no schema apart from those that Oracle maintains",
  why: "without source_database.schemas every schema that Oracle does not maintain is exported, but there is none",
  fix: "check that service_name is that of the pluggable database with the application",
};

/** The export account's own schema contains Data Pump's control tables and no application data. */
function everySchema(dictionary: Dictionary, account: string): SchemaScope[] {
  return schemasToRead([], dictionary.schemas)
    .filter((name) => name !== account)
    .map((name) => ({ name }));
}

function checkSchema(name: string, dictionary: Dictionary): SourceFinding | null {
  const schema = dictionary.schemas.find((candidate) => candidate.name === name);
  if (schema === undefined) {
    const own = dictionary.schemas.filter((candidate) => !candidate.oracle);
    return {
      severity: "error",
      code: "source-schema-unknown",
      what: `the source has no schema ${name}`,
      why: "names are compared exactly with the data dictionary, including upper and lower case",
      fix: hintAtNames(
        name,
        own.map((other) => other.name),
        "correct source_database.schemas",
      ),
    };
  }
  if (!schema.oracle) return null;
  return {
    severity: "error",
    code: "source-schema-of-oracle",
    what: `${name} is a schema that Oracle maintains`,
    why: "Data Pump does not export SYS, and copies of Oracle's own schemas would damage the target",
    fix: `remove ${name} from source_database.schemas`,
  };
}

function resolveSchema(schema: SchemaScope, dictionary: Dictionary, findings: SourceFinding[]): ResolvedSchema {
  const known = dictionary.tables.get(schema.name) ?? [];
  if (schema.tables === undefined) {
    const tables = known.map((name) => ({ name, where: null }));
    return { name: schema.name, mode: "SCHEMA", tables };
  }
  if (schema.tables.length === 0) findings.push(noTables(schema.name));
  const tables = schema.tables.flatMap((table): ResolvedTable[] => {
    if (known.includes(table.name)) return [{ name: table.name, where: table.where ?? null }];
    findings.push(unknownTable(schema.name, table, known));
    return [];
  });
  return { name: schema.name, mode: "TABLE", tables };
}

function noTables(schema: string): SourceFinding {
  return {
    severity: "error",
    code: "source-tables-empty",
    what: `the list of tables of ${schema} is empty`,
    why: "a list of tables restricts a schema to them, so an empty list leaves nothing to export",
    fix: `list tables of ${schema}, or remove the key tables to export the whole schema`,
  };
}

function unknownTable(schema: string, table: TableScope, known: readonly string[]): SourceFinding {
  return {
    severity: "error",
    code: "source-table-unknown",
    what: `${schema} has no table ${table.name} whose rows can be exported`,
    why: "names are compared exactly with the data dictionary; views, external and temporary tables have no rows to export",
    fix: hintAtNames(table.name, known, `correct the tables of ${schema} in source_database.schemas`),
  };
}

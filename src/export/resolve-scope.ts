import type { SchemaScope, TableScope } from "../request/request.ts";
import { suggestNames } from "./near-names.ts";
import type { ResolvedSchema, ResolvedTable, SourceFinding } from "./source-report.ts";

/** The dictionary as far as a scope needs it. */
export interface Dictionary {
  schemas: { name: string; oracle: boolean }[];
  /** Exportable tables of every schema that was asked for. */
  tables: Map<string, string[]>;
}

export interface ResolvedScope {
  schemas: ResolvedSchema[];
  findings: SourceFinding[];
}

/** Names of the schemas whose tables have to be read: the scope's, or all that Oracle does not maintain. */
export function schemasToRead(scope: readonly SchemaScope[], dictionary: Dictionary["schemas"]) {
  const own = dictionary.filter((schema) => !schema.oracle).map((schema) => schema.name);
  if (scope.length === 0) return own.sort();
  const known = new Set(dictionary.map((schema) => schema.name));
  return scope.map((schema) => schema.name).filter((name) => known.has(name));
}

/** Holds a scope against the dictionary: every unknown name is a finding, every known one is resolved. */
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
  what: "The source has no schema of its own.",
  why: "Without source_database.schemas every schema that Oracle does not maintain is exported, and there is none.",
  fix: "Check that service_name leads to the pluggable database that holds the application.",
};

/** The export account's own schema holds our control tables and no application data. */
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
      what: `The source has no schema ${name}.`,
      why: "Names are compared with the dictionary exactly, upper and lower case included.",
      fix: `Correct source_database.schemas.${suggestNames(
        name,
        own.map((other) => other.name),
      )}`,
    };
  }
  if (!schema.oracle) return null;
  return {
    severity: "error",
    code: "source-schema-of-oracle",
    what: `${name} is a schema that Oracle maintains.`,
    why: "Data Pump does not export SYS, and copies of Oracle's own schemas damage the target.",
    fix: `Remove ${name} from source_database.schemas.`,
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
    what: `${schema} is restricted to no table at all.`,
    why: "A list of tables restricts a schema to them; an empty one leaves nothing to export.",
    fix: `Name tables of ${schema}, or remove the key tables to export the whole schema.`,
  };
}

function unknownTable(schema: string, table: TableScope, known: readonly string[]): SourceFinding {
  return {
    severity: "error",
    code: "source-table-unknown",
    what: `${schema} has no table ${table.name} whose rows can be exported.`,
    why: "Names are compared with the dictionary exactly; views, external and temporary tables have no rows to export.",
    fix: `Correct the tables of ${schema} in source_database.schemas.${suggestNames(table.name, known)}`,
  };
}

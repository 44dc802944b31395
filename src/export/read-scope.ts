import type { SchemaScope } from "../request/request.ts";
import type { Cell, SourceDatabase, Statement } from "../ports/source-database.ts";
import type { ForeignKey, HiddenRows, ScopeRules } from "./check-scope.ts";
import { type Dictionary, schemasToRead } from "./resolve-scope.ts";
import type { ResolvedSchema } from "./source-report.ts";
import { readForeignKeys, readSchemas, readSizes, readTables } from "./statements/catalogue.ts";
import { readInvalidObjects, readPolicies, readRedactions } from "./statements/hidden-rows.ts";

/** Reads the part of the dictionary that a scope needs. */
export async function readDictionary(database: SourceDatabase, scope: readonly SchemaScope[]): Promise<Dictionary> {
  const users = await database.query(readSchemas, {});
  const schemas = users.map((row) => ({
    name: String(row["USERNAME"]),
    oracle: row["ORACLE_MAINTAINED"] === "Y",
  }));
  const tables = new Map<string, string[]>();
  for (const owner of schemasToRead(scope, schemas)) {
    const rows = await database.query(readTables, { owner });
    tables.set(owner, rows.map((row) => String(row["TABLE_NAME"])).sort());
  }
  return { schemas, tables };
}

/** Foreign keys and policies of the schemas in scope. */
export async function readRules(database: SourceDatabase, scope: readonly ResolvedSchema[]): Promise<ScopeRules> {
  const keys = await readPerSchema(database, readForeignKeys, scope);
  const policies = await readPerSchema(database, readPolicies, scope);
  const redactions = await readPerSchema(database, readRedactions, scope);
  return {
    foreignKeys: keys.map(foreignKey),
    policies: policies.map(hiddenRows),
    redactions: redactions.map(hiddenRows),
  };
}

/** Bytes of the segments of every table in scope. */
export async function readEstimate(database: SourceDatabase, scope: readonly ResolvedSchema[]): Promise<number> {
  const names = new Set(scope.flatMap((one) => one.tables.map((table) => `${one.name}.${table.name}`)));
  const rows = await readPerSchema(database, readSizes, scope);
  return rows
    .filter((row) => names.has(`${row["OWNER"]}.${row["TABLE_NAME"]}`))
    .reduce((sum, row) => sum + Number(row["BYTES"]), 0);
}

/** `OWNER TYPE NAME` of objects that are already invalid, sorted. */
export async function readInvalid(database: SourceDatabase, scope: readonly ResolvedSchema[]): Promise<string[]> {
  const rows = await readPerSchema(database, readInvalidObjects, scope);
  return rows.map((row) => `${row["OWNER"]} ${row["OBJECT_TYPE"]} ${row["OBJECT_NAME"]}`).sort();
}

/** The rows of a query for each schema, with the schema in column OWNER. */
async function readPerSchema(
  database: SourceDatabase,
  statement: Statement,
  scope: readonly ResolvedSchema[],
): Promise<Record<string, Cell>[]> {
  const answers: Record<string, Cell>[] = [];
  for (const { name } of scope) {
    const rows = await database.query(statement, { owner: name });
    answers.push(...rows.map((row) => ({ ...row, OWNER: name })));
  }
  return answers;
}

function foreignKey(row: Record<string, Cell>): ForeignKey {
  return {
    owner: String(row["OWNER"]),
    table: String(row["TABLE_NAME"]),
    name: String(row["CONSTRAINT_NAME"]),
    refersTo: { owner: String(row["R_OWNER"]), table: String(row["R_TABLE"]) },
  };
}

function hiddenRows(row: Record<string, Cell>): HiddenRows {
  return {
    owner: String(row["OWNER"]),
    table: String(row["OBJECT_NAME"]),
    policy: String(row["POLICY_NAME"]),
  };
}

import type { SourceDatabase } from "../ports.ts";
import { DatabaseError } from "./database-error.ts";
import { conditionsOf } from "./job-calls.ts";
import type { ResolvedSchema, SourceFinding } from "./source-report.ts";
import { parseCondition } from "./statements/remove-job.ts";

/** Lets the source parse every row condition, so that a wrong column is found now and not an hour into the job. */
export async function checkConditions(
  database: SourceDatabase,
  scope: readonly ResolvedSchema[],
): Promise<SourceFinding[]> {
  const findings: SourceFinding[] = [];
  const tables = Object.fromEntries(scope.map((schema) => [schema.name, schema.tables]));
  for (const { schema, table, subquery } of conditionsOf(tables)) {
    const binds = { owner: schema, table_name: table, subquery };
    const error = await database.block(parseCondition, binds).then(
      () => null,
      (cause: unknown) => cause,
    );
    if (error instanceof DatabaseError) findings.push(describe(error, `${schema}.${table}`, subquery));
    else if (error !== null) throw error;
  }
  return findings;
}

function describe(error: DatabaseError, table: string, subquery: string): SourceFinding {
  const unreadable = error.code === "ORA-00942" || error.code === "ORA-01031";
  return {
    severity: unreadable ? "warning" : "error",
    code: "source-condition",
    what: `${table}: ${error.message.split("\n")[0]} in "${subquery}"`,
    why: unreadable
      ? "The account may not query the table itself, so its condition cannot be checked before the export."
      : "The condition goes to the source as it is written; a job would skip the table (ORA-31693).",
    fix: unreadable
      ? `Check the condition by hand, or ask the DBA: GRANT SELECT ON ${table} TO the export account;`
      : "Correct `where` of this table in source_database.schemas.",
  };
}

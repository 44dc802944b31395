import type { SourceDatabase } from "../ports/source-database.ts";
import { DatabaseError } from "../ports/database-error.ts";
import { conditionsOf } from "./job-calls.ts";
import type { ResolvedSchema, SourceFinding } from "./source-report.ts";
import { parseCondition } from "./statements/remove-job.ts";

/** Lets the source parse every row condition, so that a wrong column is found now instead of an hour into the job. */
export async function checkConditions(
  database: SourceDatabase,
  scope: readonly ResolvedSchema[],
  account: string,
): Promise<SourceFinding[]> {
  const findings: SourceFinding[] = [];
  const tables = Object.fromEntries(scope.map((schema) => [schema.name, schema.tables]));
  for (const { schema, table, subquery } of conditionsOf(tables)) {
    const binds = { owner: schema, table_name: table, subquery };
    const error = await database.block(parseCondition, binds).then(
      () => null,
      (cause: unknown) => cause,
    );
    if (error instanceof DatabaseError)
      findings.push(describe(error, { table: `${schema}.${table}`, subquery, account }));
    else if (error !== null) throw error;
  }
  return findings;
}

interface Condition {
  table: string;
  subquery: string;
  account: string;
}

function describe(error: DatabaseError, { table, subquery, account }: Condition): SourceFinding {
  const unreadable = error.code === "ORA-00942" || error.code === "ORA-01031";
  return {
    severity: unreadable ? "warning" : "error",
    code: "source-condition",
    what: `the row condition of ${table} fails: ${error.message.split("\n")[0]} in "${subquery}"`,
    why: unreadable
      ? "the account may not query the table itself, so the condition cannot be checked before the export"
      : "the source rejects the condition; the export job would skip the table (ORA-31693)",
    fix: unreadable
      ? `check the condition by hand, or ask the DBA to run: GRANT SELECT ON ${table} TO ${account};`
      : "correct `where` of this table in source_database.schemas",
  };
}

import type { Seed } from "../lock/lock.ts";
import type { Statement } from "../ports.ts";
import { definitionCalls, openCall } from "./job-calls.ts";
import { EXCLUDED_PATHS, planJobs } from "./plan-jobs.ts";
import type { ResolvedSchema } from "./source-report.ts";
import { readScn } from "./statements/instance.ts";
import { renderStatement } from "./statements/statement.ts";
import { readJobStatus, stopJob } from "./statements/watch-job.ts";

/**
 * The statements of an export of this seed as they will be sent, in order, with what is known before the source is
 * asked in the place of binds. Inspecting the source reads the dictionary only and is not listed.
 */
export function describeExport(seed: Seed): string[] {
  const material = {
    prefix: "SEEDBED_<inputs>_<time>",
    scope: scopeAsWritten(seed),
    // The newest form; older releases count files with %U.
    release: 19,
    objectPaths: { SCHEMA: EXCLUDED_PATHS.SCHEMA, TABLE: EXCLUDED_PATHS.TABLE },
  };
  const jobs = planJobs(seed, material).flatMap((job) => {
    const context = { directory: "<directory>", scn: "<scn>", description: "<description>" };
    const calls = [openCall(job, context), ...definitionCalls(job)];
    return calls.map(({ statement, binds }) => renderCall(statement, binds));
  });
  return [
    readScn.sql,
    ...jobs,
    `-- every few seconds\n${renderCall(readJobStatus, { timeout: 2 })}`,
    `-- only when the run fails or is cancelled\n${renderCall(stopJob, {})}`,
  ];
}

const EVERY_SCHEMA = "<every schema that Oracle does not maintain>";

function scopeAsWritten(seed: Seed): ResolvedSchema[] {
  if (seed.scope.length === 0) return [{ name: EVERY_SCHEMA, mode: "SCHEMA", tables: [] }];
  return seed.scope.map(({ name, tables }) => ({
    name,
    mode: tables === undefined ? "SCHEMA" : "TABLE",
    tables: (tables ?? []).map((table) => ({ name: table.name, where: table.where ?? null })),
  }));
}

function renderCall(statement: Statement, binds: Record<string, unknown>): string {
  return renderStatement(statement, binds as Record<string, string | number>);
}

import type { Seed } from "../lock/lock.ts";
import type { Statement } from "../ports/source-database.ts";
import { conditionsOf, definitionCalls, openCall } from "./job-calls.ts";
import { EXCLUDED_PATHS, planJobs } from "./plan-jobs.ts";
import type { ResolvedSchema } from "./source-report.ts";
import { readAccount, readDirectories, readPrivileges, readQuotas, readRoles } from "./statements/account.ts";
import { readForeignKeys, readSchemas, readSizes, readTables } from "./statements/catalogue.ts";
import { readDirectoryPrivileges } from "./statements/grants.ts";
import { readEncryptedTables, readInvalidObjects, readPolicies, readRedactions } from "./statements/hidden-rows.ts";
import { prepareSession, readDatabase, readFullVersion, readInstance, readScn } from "./statements/instance.ts";
import { markExport, readLiveExports } from "./statements/live-exports.ts";
import { attachAndStopJob, dropControlTable, parseCondition, removeFile } from "./statements/remove-job.ts";
import { readCharacterSets, readObjectPaths, readTimeZoneFile } from "./statements/settings.ts";
import { renderStatement } from "./statements/statement.ts";
import { attachJob, readJobStatus, readOurJobs, stopJob } from "./statements/watch-job.ts";

/** Reads of the source before an export, in order. */
const INSPECTION: readonly Statement[] = [
  prepareSession,
  readInstance,
  readFullVersion,
  readDatabase,
  readCharacterSets,
  readTimeZoneFile,
  readObjectPaths,
  readAccount,
  readQuotas,
  readDirectories,
  readDirectoryPrivileges,
  readPrivileges,
  readRoles,
  readSchemas,
  readTables,
  readForeignKeys,
  readPolicies,
  readRedactions,
  readSizes,
  readLiveExports,
  readOurJobs,
  readEncryptedTables,
  readInvalidObjects,
];

/** Sent only after a lost session, a failure or a cancel, or to clean up after a killed run. */
const REPAIR: readonly Statement[] = [attachJob, stopJob, attachAndStopJob, dropControlTable];

/**
 * Every statement that an export of this seed sends to the source, in order. Binds are replaced by the values that are
 * known before connecting, and by `<name>` for the rest.
 */
export function describeExport(seed: Seed): string[] {
  const scope = scopeAsWritten(seed);
  const tables = Object.fromEntries(scope.map((schema) => [schema.name, schema.tables]));
  const conditions = conditionsOf(tables).map(({ schema, table, subquery }) =>
    renderCall(parseCondition, { owner: schema, table_name: table, subquery }),
  );
  return [
    ...INSPECTION.map((statement) => renderCall(statement, {})),
    ...conditions,
    renderCall(markExport, {}),
    readScn.sql,
    ...describeJobs(seed, scope),
    `-- every few seconds\n${renderCall(readJobStatus, { timeout: 2 })}`,
    `-- for each dump file and log, once the registry has the files\n${renderCall(removeFile, {})}`,
    ...REPAIR.map((statement) => `-- only after a lost session, a failure or a cancel\n${renderCall(statement, {})}`),
  ];
}

function describeJobs(seed: Seed, scope: readonly ResolvedSchema[]): string[] {
  const material = {
    prefix: "SEEDBED_<inputs>_<time>",
    scope,
    // The form for current releases; older ones number files with %U.
    release: 19,
    objectPaths: { SCHEMA: EXCLUDED_PATHS.SCHEMA, TABLE: EXCLUDED_PATHS.TABLE },
  };
  const context = { directory: "<directory>", scn: "<scn>", description: "<description>" };
  return planJobs(seed, material).flatMap((job) => {
    const calls = [openCall(job, context), ...definitionCalls(job)];
    return calls.map(({ statement, binds }) => renderCall(statement, binds));
  });
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

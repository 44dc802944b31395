import { SeedbedError } from "../problem/error.ts";
import type { Seed } from "../lock/lock.ts";
import { PROFILES } from "../profiles/profiles.ts";
import type { ExportJob } from "./export-plan.ts";
import { fileSize, inExpression } from "./expressions.ts";
import type { ResolvedSchema, ResolvedTable } from "./source-report.ts";

export interface JobMaterial {
  prefix: string;
  scope: readonly ResolvedSchema[];
  release: number;
  objectPaths: Record<"SCHEMA" | "TABLE", readonly string[]>;
}

/**
 * What never leaves the source. Links and users contain credentials, password history contains hashes; statistics are
 * gathered again. Quotas and default roles are objects beside the user: they name tablespaces and roles that the copy
 * does not have, and it gives its owners quotas of its own. TABLE jobs do not know users or links (ORA-39038).
 */
export const EXCLUDED_PATHS = {
  SCHEMA: ["DB_LINK", "DEFAULT_ROLE", "PASSWORD_HISTORY", "STATISTICS", "TABLESPACE_QUOTA", "USER"],
  TABLE: ["STATISTICS"],
} as const;

/** The paths that a release may lack; without the others an export would contain credentials. */
export const OPTIONAL_PATHS: readonly string[] = ["DEFAULT_ROLE", "PASSWORD_HISTORY", "TABLESPACE_QUOTA"];

/** Filter values are only known to work up to 4000 bytes. */
const LONGEST_EXPRESSION = 4000;

/** One SCHEMA job for all whole schemas, and one TABLE job for each schema with named tables. */
export function planJobs(seed: Seed, material: JobMaterial): ExportJob[] {
  const whole = material.scope.filter((schema) => schema.mode === "SCHEMA");
  const restricted = material.scope.filter((schema) => schema.mode === "TABLE");
  const groups = [...(whole.length > 0 ? [whole] : []), ...restricted.map((schema) => [schema])];
  return groups.map((schemas, index) => {
    const name = `${material.prefix}_${index + 1}`;
    return { ...planScope(schemas, material), ...planOutput(seed, material, name) };
  });
}

function planOutput(seed: Seed, material: JobMaterial, name: string) {
  const target = PROFILES[seed.target.profile].release;
  // %L counts past 99 and is known to work from 19c on, %U everywhere.
  const counter = material.release >= 19 ? "%L" : "%U";
  return {
    name,
    version: material.release > target ? String(target) : "COMPATIBLE",
    dumpFile: `${name}_${counter}.dmp`,
    logFile: `${name}.log`,
    fileSize: fileSize(seed.export.piece_size).text,
    compression: seed.export.compression.toUpperCase(),
    parallel: seed.export.parallel,
  };
}

function planScope(schemas: readonly ResolvedSchema[], material: JobMaterial) {
  const { mode } = schemas[0]!;
  const names = schemas.flatMap((schema) => schema.tables.map((table) => table.name));
  const tables: Record<string, ResolvedTable[]> = {};
  for (const schema of schemas) tables[schema.name] = schema.tables;
  const known = new Set(material.objectPaths[mode]);
  return {
    mode,
    schemaExpression: bounded(inExpression(schemas.map((schema) => schema.name)), "schemas"),
    nameExpression: mode === "TABLE" ? bounded(inExpression(names), "tables") : null,
    excludeExpression: inExpression(EXCLUDED_PATHS[mode].filter((path) => known.has(path))),
    tables,
  };
}

function bounded(expression: string, what: "schemas" | "tables"): string {
  const bytes = Buffer.byteLength(expression);
  if (bytes <= LONGEST_EXPRESSION) return expression;
  throw new SeedbedError("source-scope-too-long", `The names of the ${what} need ${bytes} bytes in one filter.`, {
    fix: `Data Pump's filters are only known to work up to 4000 bytes: list fewer ${what}, or export whole schemas.`,
  });
}

import { SeedbedError } from "../error.ts";
import type { ImportInputs, ScriptText, Seed, TargetProfile } from "../lock/lock.ts";
import { compareText } from "../order.ts";
import type { DatabaseRequest, RequestFiles, SchemaScope, SourceDatabaseRequest } from "../request/request.ts";
import type { BaseProfile, Settings } from "../settings/settings.ts";
import { digestOfJson, type Digest } from "./digest.ts";

/** What decides the data of a request's image: one canonical value for one meaning. Scripts come with their text. */
export function seedOf(request: DatabaseRequest, settings: Settings | undefined, files: RequestFiles): Seed {
  const source = request.source_database;
  const { parallel, compression, piece_size } = source.export;
  return {
    source: sourceName(source),
    scope: (source.schemas ?? []).map(canonicalScope).toSorted(byName),
    export: { parallel, compression, piece_size },
    target: targetProfile(request.database.base, settings),
    import: importInputs(request, files),
  };
}

/** Decides between a new export and none: source, scope, export options, target profile. */
export function digestSeedInputs(seed: Seed): Digest {
  return digestOfJson({ source: seed.source, scope: seed.scope, export: seed.export, profile: seed.target.profile });
}

/** Decides whether the same dump is imported anew: import options, safety, scripts before it, character set. */
export function digestImportInputs(seed: Seed): Digest {
  return digestOfJson({ import: seed.import, charset: seed.target.charset });
}

/** The texts of scripts that a request names, in its order. */
export function readScripts(files: RequestFiles, paths: readonly string[]): ScriptText[] {
  return paths.map((path) => {
    const text = Object.hasOwn(files.files, path) ? files.files[path] : undefined;
    if (text === undefined) throw missingScript(files.database, path);
    return { path, text };
  });
}

/** A name of the settings; else host, port and service as they are written out. */
function sourceName(source: SourceDatabaseRequest): string {
  return source.name ?? `${source.host}:${source.port}/${source.service_name}`;
}

/** Every base image that is supported creates its database in this character set unless it is told otherwise. */
const CHARSET = "AL32UTF8";

function targetProfile(base: string, settings: Settings | undefined): TargetProfile {
  const known = settings && Object.hasOwn(settings.bases, base) ? settings.bases[base]?.profile : undefined;
  // Without settings a request may only name a base like its profile: its parser refuses anything else.
  return { profile: settings ? (known ?? unknownBase(base)) : (base as BaseProfile), charset: CHARSET };
}

function canonicalScope({ name, tables }: SchemaScope): SchemaScope {
  if (tables === undefined) return { name };
  return {
    name,
    tables: tables
      .map(({ name: table, where }) => (where === undefined ? { name: table } : { name: table, where }))
      .toSorted(byName),
  };
}

function importInputs({ database }: DatabaseRequest, files: RequestFiles): ImportInputs {
  return {
    remap_schema: database.import.remap_schema,
    remap_tablespace: database.import.remap_tablespace,
    exclude: database.import.exclude.toSorted(),
    allow_codes: database.import.allow_codes.toSorted(),
    safety: database.safety,
    tablespaces: database.tablespaces.toSorted(byName),
    jobs_kept: database.jobs.allow.toSorted(),
    scripts: {
      pre_import: readScripts(files, database.scripts.pre_import),
      masking: readScripts(files, database.scripts.masking),
    },
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return compareText(a.name, b.name);
}

function unknownBase(base: string): never {
  throw new SeedbedError("base-unknown", `The settings have no base "${base}".`, {
    fix: "Run seedbed validate, and correct what it finds.",
  });
}

function missingScript(database: string, path: string): SeedbedError {
  return new SeedbedError("script-missing", `The request of ${database} has no file ${path}.`, {
    fix: "Run seedbed validate, and correct what it finds.",
  });
}

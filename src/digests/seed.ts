import { SeedbedError } from "../problem/error.ts";
import type { ImportInputs, ScriptText, Seed, TargetProfile } from "../lock/lock.ts";
import { compareText } from "../text/order.ts";
import type { BaseProfile } from "../profiles/profiles.ts";
import type { DatabaseRequest, RequestFiles, SchemaScope, SourceDatabaseRequest } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";
import { digestOfJson, type Digest } from "../crypto/digest.ts";

/** Everything that decides the data in a request's image, in canonical form and with the text of scripts. */
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

/** Decides whether a new export is needed: source, scope, export options, target profile. */
export function digestSeedInputs(seed: Seed): Digest {
  return digestOfJson({ source: seed.source, scope: seed.scope, export: seed.export, profile: seed.target.profile });
}

/** Decides whether the same dump is imported again: import options, safety, scripts that run before users connect, character set. */
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

/**
 * The source's name in the settings; else SSH host, host, port and service from the request. The listener's host is
 * resolved by the SSH host, so the same text behind another SSH host is another database.
 */
function sourceName({ name, ssh, host, port, service_name }: SourceDatabaseRequest): string {
  if (name !== undefined) return name;
  const way = ssh === undefined ? "" : `${ssh.host}:${ssh.port}/`;
  return `${way}${host}:${port}/${service_name}`;
}

/** Every supported base image creates its database in this character set by default. */
const CHARSET = "AL32UTF8";

function targetProfile(base: string, settings: Settings | undefined): TargetProfile {
  const known = settings && Object.hasOwn(settings.bases, base) ? settings.bases[base]?.profile : undefined;
  // Without settings the parser only accepts a base that has the name of its profile.
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
    fix: "Run seedbed validate and fix the problems that it reports.",
  });
}

function missingScript(database: string, path: string): SeedbedError {
  return new SeedbedError("script-missing", `The request of ${database} has no file ${path}.`, {
    fix: "Run seedbed validate and fix the problems that it reports.",
  });
}

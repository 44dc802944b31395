import type { Digest } from "../crypto/digest.ts";
import type { BaseProfile } from "../profiles/profiles.ts";
import type { ExportOptions, SafetyOptions, SchemaScope, Tablespace } from "../request/request.ts";

/** `environments/<db>/seed.lock.yaml`: which dump set and image belong to which inputs, and the last attempt. */
export interface Lock {
  version: 1;
  database: string;
  /** Of the last success; 0 before the first. */
  generation: number;
  last_attempt?: LastAttempt;
  /** Digest of the approval.yaml that was used; null where the settings require none. */
  approval: Digest | null;
  digests?: LockDigests;
  seed?: Seed;
  dump_set?: LockedDumpSet;
  image?: LockedImage;
  /** As it was at the last success or growth; a retired database's volume stays. Absent in locks of earlier versions. */
  volume?: LockedVolume;
  /** How often the same dump was to be imported again; no command raises it yet. */
  reset: number;
}

export interface LockDigests {
  seed_inputs: Digest;
  import_inputs: Digest;
  runtime: Digest;
}

export type LastAttempt = {
  generation: number;
  approval: Digest | null;
  at: string;
  run: string;
} & ({ outcome: "seeded" } | { outcome: "failed"; stage: string; code: string; error: string });

export interface LockedDumpSet {
  digest: Digest;
  files: number;
  bytes: number;
  rows: number;
  scn: string;
  exported_at: string;
}

export interface LockedImage {
  repository: string;
  digest: Digest;
  base: Digest;
  platform: string;
}

/** What Kubernetes lets nobody take back: the volume's size only grows. `class` is absent for the cluster's default. */
export interface LockedVolume {
  size: string;
  access_mode: "ReadWriteOnce" | "ReadWriteOncePod";
  class?: string;
}

/** What `seed_inputs` and `import_inputs` cover: everything that decides the data in an image. */
export interface Seed {
  /** Name in the settings, or `host:port/service` of a source that is defined in the request. */
  source: string;
  /** Empty means every schema that Oracle does not maintain itself. */
  scope: SchemaScope[];
  export: ExportOptions;
  target: TargetProfile;
  import: ImportInputs;
}

export interface TargetProfile {
  profile: BaseProfile;
  /** Character set of the target database. */
  charset: string;
}

/** Everything that affects the result of an import; scripts with their full text. */
export interface ImportInputs {
  remap_schema: Record<string, string>;
  remap_tablespace: Record<string, string>;
  exclude: string[];
  allow_codes: string[];
  safety: SafetyOptions;
  tablespaces: Tablespace[];
  jobs_kept: string[];
  scripts: { pre_import: ScriptText[]; masking: ScriptText[] };
}

export interface ScriptText {
  path: string;
  text: string;
}

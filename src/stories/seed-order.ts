import type { Digest } from "../digests/digest.ts";
import type { PreviousImage } from "../image/rebuild-image.ts";
import type { ImageFile } from "../image/layer-files.ts";
import type { LockDigests, LockedDumpSet, Seed } from "../lock/lock.ts";
import type { NameSecrets } from "../secret-names.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { Clock, Log, Registry, SourceDatabase, SourceHost, Tunnel } from "../ports.ts";
import type { BaseSettings } from "../settings/settings.ts";

/** Everything that one seed needs to know; secrets are not among it. */
export interface SeedOrder {
  database: string;
  seed: Seed;
  digests: LockDigests;
  source: SourceAccess;
  /** `host/path` of the settings; the image's repository is `<path>/<database>`. */
  seedsRepository: string;
  base: BaseSettings;
  /** Files of the image's runtime layer. */
  runtime: ImageFile[];
  /** /opt/seedbed/default, once the dump set is known. */
  renderDefaults(dumpSet: Digest): RenderedFile[];
  /** Id of the run, for people who find a job on the source. */
  run: string;
  /** More tags for the image, such as the permit's. */
  tags: string[];
  /** The image whose dump layers are taken over; absent for a new export. */
  previous?: PreviousImage;
}

/** Where a source is, from the settings or written out in the request. */
export interface SourceAccess {
  ssh: { host: string; port: number; user: string; host_key: string };
  listener: { host: string; port: number };
  service_name: string;
  directory: string;
}

/** The effects of a seed. The functions know the secrets and hand out connections. */
export interface SeedPorts {
  connectHost(access: SourceAccess, log: Log): Promise<SourceHost>;
  connectDatabase(access: SourceAccess, tunnel: Tunnel): Promise<SourceDatabase>;
  connectRegistry(host: string, login: "seeds" | "base"): Registry;
  /** Account of the export, for fixes that a DBA can run. */
  account: string;
  /** How error texts call secrets; as inputs of the Action when absent. */
  nameSecrets?: NameSecrets;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
  /** Asked right before the image gets its name: throws where it must not. */
  beforePublish(): Promise<void>;
}

/** What a seed made: digests and facts. */
export interface SeedOutcome {
  dumpSet: LockedDumpSet;
  image: { digest: Digest; base: Digest; platform: string };
  stages: StageReport[];
  warnings: string[];
  /** Jobs and files that are still on the source. */
  leftOnSource: string[];
}

export interface StageReport {
  name: string;
  seconds: number;
  text: string;
}

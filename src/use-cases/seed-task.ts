import type { Digest } from "../crypto/digest.ts";
import type { PreviousImage } from "../image/rebuild-image.ts";
import type { ImageFile } from "../image/layer-files.ts";
import type { LockDigests, LockedDumpSet, Seed } from "../lock/lock.ts";
import type { NameSecrets } from "../credentials/secret-names.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Registry } from "../ports/registry.ts";
import type { SourceDatabase } from "../ports/source-database.ts";
import type { SourceHost, Tunnel } from "../ports/source-host.ts";
import type { BaseSettings } from "../settings/settings.ts";

/** Everything that a seed needs to know, without secrets. */
export interface SeedTask {
  database: string;
  seed: Seed;
  digests: LockDigests;
  source: SourceAccess;
  /** `host/path` of the settings; the image's repository is `<path>/<database>`. */
  seedsRepository: string;
  base: BaseSettings;
  /** Files of the image's runtime layer. */
  runtime: ImageFile[];
  /** Renders /opt/seedbed/default once the dump set is known. */
  renderDefaults(dumpSet: Digest): RenderedFile[];
  /** Id of the run, so that a DBA who finds a job on the source can trace it. */
  run: string;
  /** Additional tags of the image, such as the permit's. */
  tags: string[];
  /** The image whose dump layers are reused; absent for a new export. */
  previous?: PreviousImage;
}

/** Connection values of a source, from the settings or from the request. */
export interface SourceAccess {
  ssh: { host: string; port: number; user: string; host_key: string };
  listener: { host: string; port: number };
  service_name: string;
  directory: string;
}

/** The effects of a seed. The functions hold the secrets and return connections. */
export interface SeedPorts {
  /** Whether the SSH key can be used at all, said before anybody is asked for anything. */
  checkKey(): Promise<void>;
  connectHost(access: SourceAccess, log: Log): Promise<SourceHost>;
  connectDatabase(access: SourceAccess, tunnel: Tunnel): Promise<SourceDatabase>;
  /** Throws where the login for the registry is malformed, or cannot be got. Nothing is sent to it yet. */
  connectRegistry(host: string, login: "seeds" | "base"): Promise<Registry>;
  /** Account of the export, for fixes that a DBA can run. */
  account: string;
  /** How error texts refer to secrets; by default as inputs of the Action. */
  nameSecrets?: NameSecrets;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
  /** Called right before the image is published: throws if it must not be. */
  beforePublish(): Promise<void>;
}

/** The result of a seed: digests and facts. */
export interface SeedOutcome {
  dumpSet: LockedDumpSet;
  image: { digest: Digest; base: Digest; platform: string };
  stages: StageReport[];
  warnings: string[];
  /** Jobs and files that could not be removed from the source. */
  leftOnSource: string[];
}

export interface StageReport {
  name: string;
  seconds: number;
  text: string;
}

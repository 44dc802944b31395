import type { Digest } from "../crypto/digest.ts";
import type { Lock, Seed } from "../lock/lock.ts";
import type { DatabaseRequest } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";
import type { RenderedFile } from "./rendered-file.ts";

/** Everything that the manifests of one database are rendered from. */
export interface ManifestInput {
  /** The name of the folder below `environments/`. */
  database: string;
  request: DatabaseRequest;
  lock: Lock;
  settings: Settings;
  /** The data that the current request asks for; the lock has that of the last seed. */
  wantedSeed: Seed;
  /** Digest over every hand-written file of the request. */
  requestDigest: Digest;
  rendererVersion: string;
  /** Rendered from the lock's seed: read once when the container starts. Empty before the first seed. */
  seedConfig: RenderedFile[];
  /** Rendered from the request: applied while the database is open. */
  applyConfig: RenderedFile[];
}

/** A Kubernetes object; its keys are written in this order. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [key: string]: unknown;
}

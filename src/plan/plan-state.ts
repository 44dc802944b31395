import type { Lock, Seed } from "../lock/lock.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { DatabaseRequest } from "../request/request.ts";
import type { Settings } from "../settings/settings.ts";

/** One database at one moment. */
export interface PlanState {
  /** null before the database is requested, and after it is retired. */
  request: DatabaseRequest | null;
  /** The data that the request asks for; null where there is no request. */
  seed: Seed | null;
  lock: Lock;
  settings: Settings;
  /** The manifests: before, those on disk; after, those that were rendered. */
  files: RenderedFile[];
}

/** The state that a request asks for. */
export interface WantedState extends PlanState {
  request: DatabaseRequest;
  seed: Seed;
}

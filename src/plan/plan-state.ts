import type { Lock, Seed } from "../lock/lock.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";
import type { DatabaseRequest } from "../request/request.ts";
import type { BaseSettings, Settings } from "../settings/settings.ts";

/** One database at one moment. */
export interface PlanState {
  /** null before it is asked for, and after it is retired. */
  request: DatabaseRequest | null;
  /** What the request's data would be; null where there is no request. */
  seed: Seed | null;
  lock: Lock;
  settings: Settings;
  /** The manifests: before, those on disk; after, those that were rendered. */
  files: RenderedFile[];
}

/** A state that a request asks for. */
export interface WantedState extends PlanState {
  request: DatabaseRequest;
  seed: Seed;
}

/** The base image that a request names. */
export function baseOf(state: { request: DatabaseRequest; settings: Settings }): BaseSettings | undefined {
  const { bases } = state.settings;
  const name = state.request.database.base;
  return Object.hasOwn(bases, name) ? bases[name] : undefined;
}

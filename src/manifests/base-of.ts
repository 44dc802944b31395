import { SeedbedError } from "../problem/error.ts";
import type { DatabaseRequest } from "../request/request.ts";
import type { Lock } from "../lock/lock.ts";
import type { BaseProfile } from "../profiles/profiles.ts";
import type { BaseSettings, Settings } from "../settings/settings.ts";

/** The base image that a request names. */
export function baseOf({ request, settings }: { request: DatabaseRequest; settings: Settings }): BaseSettings {
  const name = request.database.base;
  const base = Object.hasOwn(settings.bases, name) ? settings.bases[name] : undefined;
  if (base !== undefined) return base;
  throw new SeedbedError("base-unknown", `The settings have no base ${name}.`, {
    fix: `Name one of ${Object.keys(settings.bases).join(", ")} in database.base, or ask the platform team to add it to .github/seedbed.yml.`,
  });
}

/** The kind of image that a database runs: its seed's, before the first seed that of the base that it asks for. */
export function profileOf(input: { request: DatabaseRequest; settings: Settings; lock: Lock }): BaseProfile {
  return input.lock.seed?.target.profile ?? baseOf(input).profile;
}

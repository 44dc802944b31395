import type { Draft } from "../document/draft.ts";
import type { Finding } from "../document/finding.ts";
import { type BaseProfile, PROFILE_NAMES, PROFILES } from "../profiles/profiles.ts";
import type { Settings } from "../settings/settings.ts";
import type { DatabaseRequest, RequestFiles } from "./request.ts";

/** What a rule checks. */
export interface RuleInput {
  draft: Draft<DatabaseRequest>;
  files: RequestFiles;
  /** Absent on the command line without settings. */
  settings: Settings | undefined;
  /** There are settings, but they have errors: rules that depend on them cannot be checked. */
  settingsBroken: boolean;
  /** Date `YYYY-MM-DD`; absent where the result must not depend on the day. */
  today: string | undefined;
}

export type Rule = (input: RuleInput) => Finding[];

/** The valid entries of a list, with their index. */
export function listEntries<T>(list: readonly (T | undefined)[] | undefined): { index: number; entry: T }[] {
  return (list ?? []).flatMap((entry, index) => (entry === undefined ? [] : [{ index, entry }]));
}

/** The profile of the base image; without settings a base must have the name of its profile. */
export function findProfile({ draft, settings, settingsBroken }: RuleInput): BaseProfile | undefined {
  const base = draft.database?.base;
  if (base === undefined || settingsBroken) return undefined;
  if (settings) return ownEntry(settings.bases, base)?.profile;
  return PROFILE_NAMES.find((profile) => profile === base);
}

/** Whether the base is Oracle Database Free: two cores and 2 GB of memory. */
export function isFree(input: RuleInput): boolean {
  const profile = findProfile(input);
  return profile !== undefined && PROFILES[profile].free;
}

/** An entry of a map that was read from a file: never an inherited property. */
export function ownEntry<T>(map: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

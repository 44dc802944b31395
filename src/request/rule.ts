import type { Finding } from "../config/finding.ts";
import type { BaseProfile, Settings } from "../settings/settings.ts";
import type { DatabaseRequest, RequestFiles } from "./request.ts";

/** A value of which any part may be missing because something was wrong with it. */
export type Draft<T> = T extends (infer Entry)[]
  ? (Draft<Entry> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;

/** What a rule looks at. */
export interface RuleInput {
  draft: Draft<DatabaseRequest>;
  files: RequestFiles;
  /** Absent on the command line without settings. */
  settings: Settings | undefined;
  /** Date `YYYY-MM-DD`; absent where the answer must not depend on the day. */
  today: string | undefined;
}

export type Rule = (input: RuleInput) => Finding[];

/** Entries of a list with their index, those without a sound value left out. */
export function listEntries<T>(list: readonly (T | undefined)[] | undefined): { index: number; entry: T }[] {
  return (list ?? []).flatMap((entry, index) => (entry === undefined ? [] : [{ index, entry }]));
}

/** How the base image behaves; without settings a base may only be called like its profile. */
export function findProfile({ draft, settings }: RuleInput): BaseProfile | undefined {
  const base = draft.database?.base;
  if (base === undefined) return undefined;
  if (settings) return ownEntry(settings.bases, base)?.profile;
  return PROFILES.find((profile) => profile === base);
}

/** An entry of a map from a file: never one that the map inherits. */
export function ownEntry<T>(map: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

export const PROFILES: readonly BaseProfile[] = ["free-26ai", "gvenzl-free", "ee-19c"];

import { canonicalJson } from "../../../src/crypto/digest.ts";
import { databaseFileOf } from "../../../src/layout/database-folder.ts";
import type { Parsed } from "../../../src/problem/problem.ts";
import { parseRequest } from "../../../src/request/parse-request.ts";
import type { DatabaseRequest } from "../../../src/request/request.ts";
import type { People, Settings } from "../../../src/settings/settings.ts";
import { listChangedPaths } from "../../../src/merge/list-changed-paths.ts";
import { findTouched } from "../gate/changed-paths.ts";
import type { ParsedSides } from "./parse-sides.ts";
import type { PullSides } from "./pull-state.ts";

/** A group of people whose approval is needed, and for what. */
export interface Requirement {
  key: string;
  /** The part of the pull request that needs the approval, as shown to people. */
  subject: string;
  people: People;
  required: number;
  /** Why the approvers cannot be determined; then the requirement cannot be met. */
  unknown: string | null;
}

export type RequirementQuestion = Pick<PullSides, "main" | "result" | "settings"> & ParsedSides;

const NOBODY: People = { teams: [], users: [] };

/**
 * Who must approve: the DBAs of every changed request's source; the platform team and changed sources' DBAs for settings. The
 * platform team also where a database is removed after its source.
 */
export function findRequirements(question: RequirementQuestion): Requirement[] {
  return [...ofRequests(question), ...ofGitHubFolder(question)];
}

/** Databases whose hand-written files differ; the generated ones are compared byte for byte by the render check. */
export function listChangedRequests({ main, result }: Pick<PullSides, "main" | "result">): string[] {
  const changed = listChangedPaths(main.entries, result.entries).flatMap((path) => databaseFileOf(path) ?? []);
  return [...new Set(changed.filter(({ generated }) => !generated).map(({ database }) => database))].toSorted();
}

function ofRequests(question: RequirementQuestion): Requirement[] {
  const bySource = new Map<string, string[]>();
  const lost: Requirement[] = [];
  const orphans: string[] = [];
  for (const database of listChangedRequests(question)) {
    const source = sourceOf(question, database);
    if ("unknown" in source) lost.push(unknown(`request:${database}`, `\`${database}\``, source.unknown));
    else if (isOrphanRemoved(question, database, source.name)) orphans.push(database);
    else bySource.set(source.name, [...(bySource.get(source.name) ?? []), database]);
  }
  const known = [...bySource].map(([source, databases]) => ofSource(question.settings.settings, source, databases));
  return [...known, ...ofOrphans(question.settings.settings, orphans), ...lost];
}

/** A removed database whose source main's settings no longer have: the source's DBAs approved that, and are listed nowhere now. */
function isOrphanRemoved({ after, settings }: RequirementQuestion, database: string, source: string): boolean {
  if (settings.settings === null || Object.hasOwn(settings.settings.sources, source)) return false;
  return (after[database]?.request ?? null) === null;
}

function ofOrphans(settings: Settings | null, databases: string[]): Requirement[] {
  if (settings === null || databases.length === 0) return [];
  const names = databases.map((name) => `\`${name}\``).join(", ");
  const subject = `the removal of ${names}, whose source is not in the settings on main`;
  return [{ key: "orphans", subject, people: settings.platform, required: 1, unknown: null }];
}

/** The source that the request names; for a database that is removed, the one that it had. */
function sourceOf({ before, after }: RequirementQuestion, database: string): { name: string } | { unknown: string } {
  const request = after[database]?.request ?? removedRequest(before, database);
  if (request?.ok !== true) return { unknown: "the request has errors" };
  const { name } = request.value.source_database;
  // The policy may allow sources that are written out in the request; those are for the command line.
  return name === undefined ? { unknown: "the request names no source of the settings" } : { name };
}

/** Read without the settings, which may have lost the cluster of a database that is removed: only its source counts. */
function removedRequest(before: ParsedSides["before"], database: string): Parsed<DatabaseRequest> | null {
  const there = before[database];
  return there === undefined ? null : parseRequest(there.files, "broken");
}

function ofSource(settings: Settings | null, source: string, databases: string[]): Requirement {
  const subject = `${databases.map((name) => `\`${name}\``).join(", ")} from \`${source}\``;
  const found = settings !== null && Object.hasOwn(settings.sources, source) ? settings.sources[source] : undefined;
  if (found === undefined)
    return unknown(`source:${source}`, subject, `the settings on main do not have the source ${source}`);
  const { teams, users, required } = found.dba;
  return { key: `source:${source}`, subject, people: { teams, users }, required, unknown: null };
}

function ofGitHubFolder(question: RequirementQuestion): Requirement[] {
  const { main, result, settings } = question;
  const { github } = findTouched(main.entries, result.entries);
  if (github.length === 0) return [];
  const files = `${github.length} ${github.length === 1 ? "file" : "files"} in \`.github/\``;
  const platform: Requirement =
    settings.settings === null
      ? unknown("platform", files, "the settings on main cannot be read")
      : { key: "platform", subject: files, people: settings.settings.platform, required: 1, unknown: null };
  return [platform, ...ofChangedSources(question)];
}

/** Every change of a source's settings needs its own DBAs, as listed on main. */
function ofChangedSources({ settings, settingsAfter }: RequirementQuestion): Requirement[] {
  if (settingsAfter === null || settings.settings === null) return [];
  const before = settings.settings.sources;
  const after = settingsAfter.ok ? settingsAfter.value.sources : {};
  const changed = Object.keys(before).filter(
    (name) => !Object.hasOwn(after, name) || canonicalJson(after[name]) !== canonicalJson(before[name]),
  );
  return changed.map((name) => {
    const { teams, users, required } = before[name]!.dba;
    const subject = `the settings of the source \`${name}\``;
    return { key: `settings:${name}`, subject, people: { teams, users }, required, unknown: null };
  });
}

function unknown(key: string, subject: string, why: string): Requirement {
  return { key, subject, people: NOBODY, required: 1, unknown: why };
}

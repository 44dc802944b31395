import { judgeRequest, isRequested } from "../../../src/database/judge-folder.ts";
import { lockOf, type FolderContent } from "../../../src/database/read-folder.ts";
import { judgeSettings, type SettingsText } from "../../../src/database/read-settings.ts";
import { SETTINGS_PATH } from "../../../src/layout/repository.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import type { RenderedFile } from "../../../src/manifests/rendered-file.ts";
import type { Parsed, Problem } from "../../../src/problem/problem.ts";
import type { DatabaseRequest, RequestFiles } from "../../../src/request/request.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { PullSides } from "./pull-state.ts";

/** A database at one commit, as far as it can be read. */
export interface ParsedDatabase {
  files: RequestFiles;
  /** null if no hand-written file is left. */
  request: Parsed<DatabaseRequest> | null;
  /** The whole folder, with what is wrong with other files than the request's. */
  content: FolderContent;
}

/** The same on main, with what programs wrote. */
export interface MainDatabase extends ParsedDatabase {
  lock: Lock;
  manifests: RenderedFile[];
}

/** The changed databases on main and as they would be. */
export interface ParsedSides {
  before: Record<string, MainDatabase>;
  after: Record<string, ParsedDatabase>;
  /** The settings as they would be; null if they are main's. */
  settingsAfter: Parsed<Settings> | null;
}

/** Parses what a pull request would make of main, with the settings that are on main. */
export function parseSides({ main, result, settings, today }: PullSides): ParsedSides {
  const context = (names: readonly string[]) => ({ settings: settings.settings ?? ("broken" as const), today, names });
  const parse = (content: FolderContent, names: readonly string[]): ParsedDatabase => {
    const judged = isRequested(content) ? judgeRequest(content, context(names)) : null;
    return { content, files: content.files, request: judged === null ? null : parsedOf(judged) };
  };
  const before = Object.entries(main.contents).map(([database, content]) => {
    const rest = { lock: lockOf(content), manifests: main.manifests[database] ?? [] };
    return [database, { ...parse(content, main.names), ...rest }] as const;
  });
  const after = Object.entries(result.contents).map(([name, content]) => [name, parse(content, result.names)] as const);
  return {
    before: Object.fromEntries(before),
    after: Object.fromEntries(after),
    settingsAfter: result.settings === undefined ? null : parseSettingsAfter(result.settings),
  };
}

function parsedOf({ request, problems }: ReturnType<typeof judgeRequest>): Parsed<DatabaseRequest> {
  return request === null ? { ok: false, problems } : { ok: true, value: request, warnings: problems };
}

function parseSettingsAfter(text: SettingsText): Parsed<Settings> {
  const { settings, problems } = judgeSettings(text);
  if (settings === undefined) return { ok: false, problems: [removed()] };
  return settings === "broken" ? { ok: false, problems } : { ok: true, value: settings, warnings: problems };
}

function removed(): Problem {
  return {
    severity: "error",
    code: "settings-missing",
    path: SETTINGS_PATH,
    line: 1,
    column: 1,
    what: "the settings were removed",
    why: "without them nothing can be checked, approved or exported",
    fix: `keep ${SETTINGS_PATH}`,
    docs: "docs/reference/settings.md",
  };
}

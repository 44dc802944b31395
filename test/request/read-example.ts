import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Problem } from "../../src/problem/problem.ts";
import type { DatabaseRequest, RequestFiles } from "../../src/request/request.ts";
import { parseRequest } from "../../src/request/parse-request.ts";
import { parseSettings } from "../../src/settings/parse-settings.ts";
import type { Settings } from "../../src/settings/settings.ts";

const ROOT = new URL("../../", import.meta.url);

/** The hand-written files of an example below `environments/`. */
export function readExample(database: string): RequestFiles {
  const folder = new URL(`environments/${database}/`, ROOT);
  const scripts = new URL("scripts/", folder);
  const names = existsSync(scripts) ? readdirSync(scripts).map((name) => `scripts/${name}`) : [];
  const paths = ["database_config.yaml", ...names];
  return {
    database,
    files: Object.fromEntries(paths.map((path) => [path, readFileSync(new URL(path, folder), "utf8")])),
  };
}

/** The examples' settings as text. */
export function readSettingsText(): string {
  return readFileSync(new URL("test/fixtures/settings.yml", ROOT), "utf8");
}

/** The examples' settings, changed. */
export function exampleSettings(change: (settings: Settings) => void = () => {}): Settings {
  const parsed = parseSettings(readSettingsText(), ".github/seedbed.yml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2));
  change(parsed.value);
  return parsed.value;
}

/** An example with one text of its configuration replaced; the text must be there. */
export function changeExample(database: string, from: string, to: string): RequestFiles {
  const example = readExample(database);
  const text = example.files["database_config.yaml"]!;
  if (!text.includes(from)) throw new Error(`The example has no ${from}`);
  return { database, files: { ...example.files, "database_config.yaml": text.replace(from, () => to) } };
}

/** A request that must be sound. */
export function soundRequest(files: RequestFiles, settings: Settings | undefined): DatabaseRequest {
  const parsed = parseRequest(files, settings);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2));
  return parsed.value;
}

/** Every problem, errors or warnings. */
export function problemsOf(parsed: ReturnType<typeof parseRequest> | ReturnType<typeof parseSettings>): Problem[] {
  return parsed.ok ? parsed.warnings : parsed.problems;
}

/** `code line:column "the characters that are meant"`: what a test compares. */
export function pointAt(problem: Problem, text: string): string {
  const line = text.split(/\r?\n/)[problem.line - 1] ?? "";
  const meant = line.slice(problem.column - 1, problem.column - 1 + (problem.length ?? 1));
  return `${problem.code} ${problem.line}:${problem.column} ${meant}`;
}

import { locateFinding, sortProblems } from "../document/finding.ts";
import { openSchemaBook, type SchemaNode } from "../document/schema-book.ts";
import { compileSchema } from "../document/schema-check.ts";
import { readYaml } from "../document/yaml-text.ts";
import type { Parsed } from "../problem/problem.ts";
import schema from "./schema.json" with { type: "json" };
import { checkSettings, type SettingsDraft } from "./settings-rules.ts";
import type { Settings } from "./settings.ts";

const PAGE = "docs/reference/settings.md";

/** The settings' schema, and where each key is documented. */
export const SETTINGS_BOOK = openSchemaBook(schema as SchemaNode, PAGE);

const checkSchema = compileSchema(SETTINGS_BOOK);

/** Text to settings, or every problem at once; `path` is the file's path in the repository. */
export function parseSettings(text: string, path: string): Parsed<Settings> {
  const yaml = readYaml({ path, text, docs: `${PAGE}#yaml` });
  if (yaml.text === null) return { ok: false, problems: sortProblems(yaml.problems) };
  const { findings, sound } = checkSchema(yaml.text.value);
  const all = [...findings, ...checkSettings(draftOf(sound))];
  const located = all.map((finding) => locateFinding(finding, yaml.text!, SETTINGS_BOOK));
  const problems = sortProblems([...yaml.problems, ...located]);
  if (problems.some((problem) => problem.severity === "error")) return { ok: false, problems };
  // The schema has confirmed every value of it and filled in the defaults.
  return { ok: true, value: sound as Settings, warnings: problems };
}

function draftOf(sound: unknown): SettingsDraft {
  return typeof sound === "object" && sound !== null && !Array.isArray(sound) ? sound : {};
}

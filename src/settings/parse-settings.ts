import { limitFindings, locateFinding } from "../document/finding.ts";
import { openSchemaBook, type SchemaNode } from "../document/schema-book.ts";
import { compileSchema } from "../document/schema-check.ts";
import { readYaml } from "../document/yaml-text.ts";
import { limitPerFile } from "../problem/limit-problems.ts";
import type { Parsed } from "../problem/problem.ts";
import schema from "./schema.json" with { type: "json" };
import { checkSettings } from "./settings-rules.ts";
import type { Settings } from "./settings.ts";

const PAGE = "docs/reference/settings.md";

/** The settings' schema, and where each key is documented. */
export const SETTINGS_BOOK = openSchemaBook(schema as SchemaNode, PAGE);

const checkSchema = compileSchema<Settings>(SETTINGS_BOOK);

/** Text to settings, or every problem at once; `path` is the file's path in the repository. */
export function parseSettings(text: string, path: string): Parsed<Settings> {
  const yaml = readYaml({ path, text, docs: `${PAGE}#yaml` });
  if (yaml.text === null) return { ok: false, problems: limitPerFile(yaml.problems) };
  const { findings, value, draft } = checkSchema(yaml.text.value);
  const all = [...findings, ...checkSettings(draft)];
  const located = limitFindings(all).map((finding) => locateFinding(finding, yaml.text!, SETTINGS_BOOK));
  const problems = limitPerFile([...yaml.problems, ...located]);
  if (value === null || problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  return { ok: true, value, warnings: problems };
}

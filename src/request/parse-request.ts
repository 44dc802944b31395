import { limitFindings, locateFinding, type Finding } from "../document/finding.ts";
import { openSchemaBook, type SchemaNode } from "../document/schema-book.ts";
import { compileSchema } from "../document/schema-check.ts";
import { readYaml } from "../document/yaml-text.ts";
import { folderOf, NAMES } from "../layout/database-folder.ts";
import { limitPerFile } from "../problem/limit-problems.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import type { Settings } from "../settings/settings.ts";
import { checkScriptPaths, findUnusedScripts, isScript } from "./check-scripts.ts";
import { parseDatabaseName } from "./database-name.ts";
import { checkFolder } from "./request-folder.ts";
import type { DatabaseRequest, RequestFiles } from "./request.ts";
import type { Rule, RuleInput } from "./rule.ts";
import { checkDuplicates } from "./rules/duplicates.ts";
import { checkImportOptions } from "./rules/import-options.ts";
import { checkOracleNames } from "./rules/oracle-names.ts";
import { checkParameters } from "./rules/parameters.ts";
import { checkPlacement } from "./rules/placement.ts";
import { checkSchedules } from "./rules/schedules.ts";
import { checkSizes } from "./rules/sizes.ts";
import { checkSource } from "./rules/source.ts";
import { checkTls } from "./rules/tls.ts";
import { checkWhereTexts } from "./rules/where-text.ts";
import { checkWorkloadChoices } from "./rules/workloads.ts";
import schema from "./schema.json" with { type: "json" };
import { checkScript, unusedScript } from "./script-problems.ts";

const PAGE = "docs/reference/database_config.md";

/** The request's schema, and where each key is documented. */
export const REQUEST_BOOK = openSchemaBook(schema as SchemaNode, PAGE);

const checkSchema = compileSchema<DatabaseRequest>(REQUEST_BOOK);

const RULES: readonly Rule[] = [
  checkDuplicates,
  checkOracleNames,
  checkWhereTexts,
  checkSchedules,
  checkSizes,
  checkParameters,
  checkImportOptions,
  checkScriptPaths,
  checkSource,
  checkPlacement,
  checkWorkloadChoices,
  checkTls,
];

/**
 * Text to request, or every problem at once: of the name, the YAML, the keys, the values, the scripts, and of what the
 * settings allow; what only settings can say is left out while they are broken. `today` (`YYYY-MM-DD`) is compared with `database.expires`; without it the answer is the same every day.
 */
export function parseRequest(
  files: RequestFiles,
  settings?: Settings | "broken",
  today?: string,
): Parsed<DatabaseRequest> {
  const name = parseDatabaseName(files.database);
  const around = [...(name.ok ? [] : name.problems), ...checkFiles(files)];
  const text = files.files[NAMES.request];
  if (text === undefined) return { ok: false, problems: limitPerFile(around) };
  const folder = folderOf(files.database);
  const path = folder.request;
  const yaml = readYaml({ path, text, docs: `${PAGE}#yaml` });
  if (yaml.text === null) return { ok: false, problems: limitPerFile([...around, ...yaml.problems]) };
  const { findings, value, draft } = checkSchema(yaml.text.value);
  const known = settings === "broken" ? undefined : settings;
  const input: RuleInput = { draft, files, settings: known, settingsBroken: settings === "broken", today };
  const all: Finding[] = [...findings, ...RULES.flatMap((rule) => rule(input))];
  const located = limitFindings(all).map((finding) => locateFinding(finding, yaml.text!, REQUEST_BOOK));
  const unused = findUnusedScripts(input).map((script) => unusedScript(folder.at(script)));
  return conclude(value, limitPerFile([...around, ...yaml.problems, ...located, ...unused]));
}

function conclude(value: DatabaseRequest | null, problems: Problem[]): Parsed<DatabaseRequest> {
  if (value === null || problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  return { ok: true, value, warnings: problems };
}

/** Scripts that are too large together are not read one by one: nobody runs them. */
function checkFiles(files: RequestFiles): Problem[] {
  const folder = checkFolder(files);
  return folder.some(({ code }) => code === "scripts-too-large") ? folder : [...folder, ...checkScriptTexts(files)];
}

function checkScriptTexts(files: RequestFiles): Problem[] {
  return Object.entries(files.files)
    .filter(([path]) => isScript(path))
    .flatMap(([path, text]) => checkScript({ path: folderOf(files.database).at(path), text }));
}

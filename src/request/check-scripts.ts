import { findNearNames, joinOr } from "../text/near-names.ts";
import type { Finding } from "../document/finding.ts";
import { showSteps } from "../document/place.ts";
import { quote } from "../text/quote.ts";
import { listEntries, type Rule, type RuleInput } from "./rule.ts";

/** Lists of scripts: each path has to be inside scripts/, end in .sql, and exist. */
export const checkScriptPaths: Rule = (input) => listScripts(input).flatMap((script) => checkPath(script, input));

/** Files of the folder's scripts/ that no list names. */
export function findUnusedScripts(input: RuleInput): string[] {
  const used = new Set(listScripts(input).map(({ path }) => path));
  return Object.keys(input.files.files)
    .filter((path) => isScript(path) && !used.has(path))
    .sort();
}

/** Whether a path can be a script of a request. */
export function isScript(path: string): boolean {
  return /^scripts\/[A-Za-z0-9_][A-Za-z0-9._-]*\.sql$/.test(path);
}

interface ListedScript {
  path: string;
  at: (string | number)[];
}

function listScripts({ draft }: RuleInput): ListedScript[] {
  return (["pre_import", "masking", "post_import"] as const).flatMap((list) =>
    listEntries(draft.database?.scripts?.[list]).map(({ index, entry }) => ({
      path: entry,
      at: ["database", "scripts", list, index],
    })),
  );
}

function checkPath({ path, at }: ListedScript, { files }: RuleInput): Finding[] {
  const say = (code: string, why: string, fix: string): Finding[] => [
    { code, at, what: `${showSteps(at)} is ${quote(path)}`, why, fix },
  ];
  if (/^(?:[\\/~]|[A-Za-z]:)/.test(path))
    return say("bad-path", "an absolute path points outside the request", "write scripts/ and the file's name");
  if (path.split(/[\\/]/).includes(".."))
    return say("bad-path", "a path with .. points outside the request", "write scripts/ and the file's name");
  if (path.includes("\\")) return say("bad-path", "folders are separated by /", `write ${path.replaceAll("\\", "/")}`);
  if (!path.startsWith("scripts/"))
    return say(
      "bad-path",
      "scripts belong in the folder scripts/ next to database_config.yaml",
      fixFolder(path, files.files),
    );
  if (!path.endsWith(".sql")) return say("bad-path", "script names end in .sql", "rename the file to end in .sql");
  if (!isScript(path))
    return say(
      "bad-path",
      "names consist of letters, digits, dots, underscores and hyphens, without subfolders",
      "rename the file",
    );
  if (Object.hasOwn(files.files, path)) return [];
  const near = findNearNames(path, Object.keys(files.files).filter(isScript));
  return say(
    "missing-script",
    "the request has no such file",
    near.length > 0 ? `did you mean ${joinOr(near)}?` : "add the file to this request",
  );
}

function fixFolder(path: string, files: Record<string, string>): string {
  const moved = `scripts/${path.replace(/^\.\//, "").replace(/^scripts\//, "")}`;
  return Object.hasOwn(files, moved) ? `write ${moved}` : "move the file there and write scripts/ before its name";
}

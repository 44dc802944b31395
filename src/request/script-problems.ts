import { openPlaces } from "../document/place.ts";
import { checkText } from "../document/text-checks.ts";
import { describeOmitted } from "../problem/limit-problems.ts";
import type { Problem } from "../problem/problem.ts";
import { scanScript, type ScriptScan, type ScriptTrouble } from "./sqlplus-scan.ts";

/** A script of a request. */
export interface Script {
  /** Relative to the top of the repository. */
  path: string;
  text: string;
}

const DOCS = "docs/reference/database_config.md#scripts";

/** What SQL*Plus would do with a script against its author's intention, and what a script may not do. */
export function checkScript(script: Script): Problem[] {
  const unreadable = checkText({ ...script, docs: DOCS });
  if (unreadable.length > 0) return unreadable;
  const scan = scanScript(script.text);
  const troubles = [...scan.troubles, ...findForbidden(scan.code), ...findLongLines(script.text)];
  const problems = [...troubles.map((trouble) => problem(script, trouble, "error")), ...countOthers(script, scan)];
  return scan.statements > 0 || problems.length > 0 ? problems : [problem(script, EMPTY, "warning")];
}

function countOthers(script: Script, { troubles, others }: ScriptScan): Problem[] {
  const last = troubles.at(-1);
  return last === undefined || others === 0
    ? []
    : [problem(script, { ...last, ...describeOmitted(others, "error") }, "error")];
}

/** A script that is in no list. */
export function unusedScript(path: string): Problem {
  const trouble: ScriptTrouble = {
    ...EMPTY,
    code: "unused-script",
    what: "this script is in no list, so it never runs",
    why: "database.scripts decides which scripts run, and when",
    fix: "add it to pre_import, masking or post_import, or delete it",
  };
  return problem({ path, text: "" }, trouble, "warning");
}

const EMPTY: ScriptTrouble = {
  code: "empty-script",
  line: 1,
  column: 1,
  length: 1,
  what: "the script does nothing",
  why: "it contains no statement",
  fix: "add a statement, or delete the script",
};

interface Forbidden {
  pattern: RegExp;
  what: string;
  why: string;
}

const FORBIDDEN: readonly Forbidden[] = [
  {
    pattern: /\balter\s+session\s+set\s+container\b/gi,
    what: "ALTER SESSION SET CONTAINER leaves the pluggable database",
    why: "a script may only work on the database of its request",
  },
  {
    pattern: /\balter\s+pluggable\s+database\b/gi,
    what: "ALTER PLUGGABLE DATABASE changes who can connect",
    why: "Seedbed opens the database once its data is secured",
  },
  {
    pattern: /\balter\s+system\s+(?:enable|disable)\s+restricted\s+session\b/gi,
    what: "this changes who can connect",
    why: "Seedbed opens the database once its data is secured",
  },
];

function findForbidden(code: readonly string[]): ScriptTrouble[] {
  const text = code.join("\n");
  if (!/\balter\b/i.test(text)) return [];
  const placeAt = openPlaces(text);
  return FORBIDDEN.flatMap(({ pattern, what, why }) =>
    [...text.matchAll(pattern)].map((match) => {
      const length = match[0].split("\n", 1)[0]!.length;
      return { code: "script-statement", ...placeAt(match.index, length), what, why, fix: "remove it" };
    }),
  );
}

// SP2-0027: a longer line is ignored, and the script continues without it (SQL*Plus User's Guide, "Limits").
const LONGEST_LINE = 2499;

function findLongLines(text: string): ScriptTrouble[] {
  const lines = [...text.split(/\r?\n/).entries()];
  return lines
    .filter(([, line]) => line.length > LONGEST_LINE)
    .map(([index, line]) => ({
      code: "script-long-line",
      line: index + 1,
      column: LONGEST_LINE + 1,
      length: 1,
      what: `the line has ${line.length} characters`,
      why: `SQL*Plus ignores lines of more than ${LONGEST_LINE} (SP2-0027)`,
      fix: "split it into several lines",
    }));
}

function problem(
  script: Script,
  { code, line, column, length, ...words }: ScriptTrouble,
  severity: Problem["severity"],
): Problem {
  return { severity, code, path: script.path, line, column, length, ...words, docs: DOCS };
}

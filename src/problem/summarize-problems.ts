import { databaseFileOf } from "../layout/database-folder.ts";
import { countProblems } from "./limit-problems.ts";
import type { Problem } from "./problem.ts";
import { renderJson } from "../text/json.ts";

/** What was looked at. */
export interface SummaryFacts {
  requests?: number;
  /** Whether settings were looked at beside the requests. */
  settings?: boolean;
}

/** One line of counts: `2 errors, 1 warning in 1 of 14 requests.` */
export function summarizeProblems(problems: readonly Problem[], { requests, settings }: SummaryFacts = {}): string {
  const counts = [count(problems, "error"), count(problems, "warning")].filter((text) => text !== null);
  const found = counts.length === 0 ? "No problems" : counts.join(", ");
  return `${found}${whereabouts(problems, requests, settings)}.`;
}

/** The same for programs: additional data, counts, then every problem unchanged. */
export function problemsToJson(problems: readonly Problem[], facts: object = {}): string {
  const [errors, warnings] = [countOf(problems, "error"), countOf(problems, "warning")];
  return renderJson({ version: 1, ...facts, errors, warnings, problems });
}

function count(problems: readonly Problem[], severity: Problem["severity"]): string | null {
  const number = countOf(problems, severity);
  return number === 0 ? null : plural(number, severity);
}

function countOf(problems: readonly Problem[], wanted: Problem["severity"]): number {
  return countProblems(problems.filter(({ severity }) => severity === wanted));
}

function whereabouts(problems: readonly Problem[], requests?: number, settings = false): string {
  const files = new Set(problems.map((problem) => problem.path));
  if (requests === undefined) return files.size === 0 ? "" : ` in ${plural(files.size, "file")}`;
  const databases = new Set([...files].flatMap((path) => databaseFileOf(path)?.database ?? []));
  if (problems.length === 0) return ` in ${settings ? "the settings and " : ""}${plural(requests, "request")}`;
  return databases.size === 0
    ? ` in ${plural(files.size, "file")}`
    : ` in ${databases.size} of ${plural(requests, "request")}`;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

import { compareText } from "../text/order.ts";
import { shorten } from "../text/shorten.ts";
import type { Problem } from "./problem.ts";

/** How many problems of a file are listed at most, and of a pull request: nobody reads more, and a hostile file can have thousands. */
export const MOST_PROBLEMS = 100;

/** A text can quote what a file says, and GitHub takes no annotation of more than 64 KB. */
const LONGEST_TEXT = 1000;

/** Problems in reading order, not too many of each file. */
export function limitPerFile(problems: readonly Problem[]): Problem[] {
  const files = Map.groupBy(sortProblems(problems), ({ path }) => path);
  return sortProblems([...files.values()].flatMap(limitProblems));
}

/** Not too many problems, in their order, errors before warnings where not all are kept; at the end, the number of the others. */
export function limitProblems(problems: readonly Problem[]): Problem[] {
  const [errors, warnings] = [listed(problems, "error"), listed(problems, "warning")];
  const kept = new Set([...errors, ...warnings].slice(0, MOST_PROBLEMS));
  const others = problems.filter((problem) => !kept.has(problem));
  const counts = (["error", "warning"] as const).flatMap((severity) =>
    countOthers(others.filter((problem) => problem.severity === severity)),
  );
  return [...problems.filter((problem) => kept.has(problem)).map(shortenTexts), ...counts];
}

/** What is said of so many problems that are not listed. */
export function describeOmitted(omitted: number, severity: Problem["severity"]) {
  const more = omitted === 1 ? `${severity} is` : `${severity}s are`;
  return {
    severity,
    code: "more-problems",
    omitted,
    what: `${omitted} more ${more} not listed`,
    why: `at most ${MOST_PROBLEMS} problems are listed at once`,
    fix: "correct those that are listed first",
  };
}

/** How many problems there are, with those that are not listed. */
export function countProblems(problems: readonly Problem[]): number {
  return problems.reduce((sum, { omitted = 1 }) => sum + omitted, 0);
}

function listed(problems: readonly Problem[], wanted: Problem["severity"]): Problem[] {
  return problems.filter(({ severity, omitted }) => severity === wanted && omitted === undefined);
}

/** One for all of them, where the first stands. */
function countOthers(others: readonly Problem[]): Problem[] {
  const [first] = others;
  if (first === undefined) return [];
  const { severity, path, line, column } = first;
  const words = describeOmitted(countProblems(others), severity);
  return [{ ...words, path, line, column, docs: "docs/security.md#limits-of-what-is-read" }];
}

function shortenTexts(problem: Problem): Problem {
  const { what, why, fix } = problem;
  if (Math.max(what.length, why.length, fix.length) <= LONGEST_TEXT) return problem;
  const [shortWhat, shortWhy, shortFix] = [what, why, fix].map((text) => shorten(text, LONGEST_TEXT));
  return { ...problem, what: shortWhat!, why: shortWhy!, fix: shortFix! };
}

function sortProblems(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) => compareText(a.path, b.path) || a.line - b.line || a.column - b.column || compareText(a.code, b.code),
  );
}

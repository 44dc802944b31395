import type { Problem } from "./problem.ts";

/** A problem on one line, its place first: `environments/hr/scripts/mask.sql:2:7: the file is not UTF-8 text`. */
export function locateProblem({ path, line, column, what }: Problem): string {
  return `${path}:${line}:${column}: ${what}`;
}

/** The first errors with their places, on one line. */
export function locateErrors(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error");
  const told = errors.slice(0, 5).map(locateProblem).join("; ");
  return errors.length > 5 ? `${told}; and ${errors.length - 5} more` : told;
}

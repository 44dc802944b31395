import { SeedbedError } from "../problem/error.ts";
import type { Problem } from "../problem/problem.ts";

/** Why a run may not continue. */
export interface Refused {
  /** Stable and kebab-case, for example `permit-expired`. */
  refuse: string;
  /** What was found. */
  sentence: string;
  /** What to do now. */
  fix: string;
}

/** A refusal as a value. */
export function refuse(code: string, sentence: string, fix: string): Refused {
  return { refuse: code, sentence, fix };
}

/** The first errors of a file with their lines, on one line. */
export function describeErrors(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error");
  const told = errors.slice(0, 5).map(({ path, line, what }) => `${path}:${line} ${what}`);
  return errors.length > 5 ? `${told.join("; ")}; and ${errors.length - 5} more` : told.join("; ");
}

/** A refusal as an error for an entry to report. At this point only GitHub has been contacted. */
export function refusalError({ refuse: code, sentence, fix }: Refused): SeedbedError {
  return new SeedbedError(code, sentence, { fix: `${fix} No connection to the source was made.` });
}

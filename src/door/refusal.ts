import { SeedbedError } from "../error.ts";
import type { Problem } from "../problem.ts";

/** Why a run may not go on. */
export interface Refused {
  /** Stable and kebab-case, for example `permit-expired`. */
  refuse: string;
  /** What was found. */
  sentence: string;
  /** What somebody does now. */
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

/** A refusal for an entry to tell. Nothing but GitHub has been connected to. */
export function refusalError({ refuse: code, sentence, fix }: Refused): SeedbedError {
  return new SeedbedError(code, sentence, { fix: `${fix} The source was not connected to.` });
}

import { SeedbedError } from "../problem/error.ts";
import { locateProblem } from "../problem/locate-problem.ts";
import type { Problem } from "../problem/problem.ts";
import { sentence } from "../text/sentence.ts";

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

/** A refusal because of a problem of a file, in the words of everybody who checks it. */
export function refuseProblem(problem: Problem): Refused {
  return refuse(problem.code, sentence(locateProblem(problem)), `In a pull request: ${problem.fix}.`);
}

/** A refusal as an error for an entry to report. At this point only GitHub has been contacted. */
export function refusalError({ refuse: code, sentence, fix }: Refused): SeedbedError {
  return new SeedbedError(code, sentence, { fix: `${fix} No connection to the source was made.` });
}

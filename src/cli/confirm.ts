import { SeedbedError } from "../problem/error.ts";
import type { Bench } from "./bench.ts";

export interface Confirmation {
  /** What is going to happen, as a question. */
  question: string;
  /** What has to be typed. */
  word: string;
  /** What `--yes` was given; undefined where it was not. */
  yes: string | undefined;
}

/** Goes on only where a person, or `--yes`, said the word. */
export async function requireConfirmation(bench: Bench, { question, word, yes }: Confirmation): Promise<void> {
  const answer = yes ?? (await bench.ask(`${question}\nType ${word} to go on: `));
  if (answer === word) return;
  if (answer === null)
    throw new SeedbedError("not-confirmed", `${question} Nobody is at a terminal to confirm it.`, {
      fix: `Run it at a terminal, or with --yes ${word}. Nothing was changed.`,
    });
  throw new SeedbedError("not-confirmed", `${JSON.stringify(answer)} is not ${word}.`, { fix: "Nothing was changed." });
}

import { SeedbedError } from "../error.ts";
import type { Bench } from "./bench.ts";

/** An error for a person: what happened, then what to do now. A surprise keeps its stack, for the report. */
export function describeError(error: unknown, { color }: Pick<Bench, "color">): string {
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  if (!(error instanceof SeedbedError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${paint("1;31", "error[unexpected]")}: ${text}\n  = fix: This is a mistake of Seedbed's: please report it with the lines above.\n`;
  }
  const fix = error.fix.split("\n").join("\n         ");
  return `${paint("1;31", `error[${error.code}]`)}: ${paint("1", error.message)}\n  = fix: ${fix}\n`;
}

/** The same as data. */
export function errorToJson(error: SeedbedError): object {
  return { error: { code: error.code, message: error.message, fix: error.fix } };
}

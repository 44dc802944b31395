import { CommanderError } from "commander";
import { messageOf, SeedbedError } from "../problem/error.ts";
import type { Bench } from "./bench.ts";
import { RequestInvalid } from "./loaded.ts";

const REPORT = "This is a bug in Seedbed. Please report it with the output above.";

/** An error for people: what happened, then what to do. An unexpected error keeps its stack, for the report. */
export function describeError(error: unknown, { color }: Pick<Bench, "color">): string {
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  if (!(error instanceof SeedbedError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${paint("1;31", "error[unexpected]")}: ${text}\n  = fix: ${REPORT}\n`;
  }
  const fix = error.fix.split("\n").join("\n         ");
  return `${paint("1;31", `error[${error.code}]`)}: ${paint("1", error.message)}\n  = fix: ${fix}\n`;
}

/** The same as data: one JSON object and a line feed. */
export function errorToJson(error: unknown): string {
  return `${JSON.stringify({ version: 1, error: dataOf(error) }, null, 2)}\n`;
}

function dataOf(error: unknown): object {
  if (error instanceof RequestInvalid) {
    const { code, message, fix, problems } = error;
    return { code, message, fix, problems };
  }
  if (error instanceof SeedbedError) return { code: error.code, message: error.message, fix: error.fix };
  if (error instanceof CommanderError)
    return {
      code: "usage",
      message: error.message.replace(/^error: /, ""),
      fix: "Run seedbed --help to see all commands.",
    };
  return { code: "unexpected", message: messageOf(error), fix: REPORT };
}

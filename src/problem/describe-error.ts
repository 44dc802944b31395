import { SeedbedError } from "./error.ts";
import { paint } from "../text/paint.ts";
import { showLines } from "../text/unseen.ts";

/** What to do about an error that nobody expected. */
export const REPORT = "This is a bug in Seedbed. Please report it with the output above.";

/** An error for people: what happened, then what to do. An unexpected error keeps its stack, for the report. */
export function describeError(error: unknown, { color = false }: { color?: boolean } = {}): string {
  if (!(error instanceof SeedbedError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${paint("error[unexpected]", "1;31", color)}: ${showLines(text)}\n  = fix: ${REPORT}\n`;
  }
  const fix = showLines(error.fix).split("\n").join("\n         ");
  const code = paint(`error[${error.code}]`, "1;31", color);
  return `${code}: ${paint(showLines(error.message), "1", color)}\n  = fix: ${fix}\n`;
}

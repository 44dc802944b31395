import { SeedbedError } from "./error.ts";

/** What to do about an error that nobody expected. */
export const REPORT = "This is a bug in Seedbed. Please report it with the output above.";

/** An error for people: what happened, then what to do. An unexpected error keeps its stack, for the report. */
export function describeError(error: unknown, { color = false }: { color?: boolean } = {}): string {
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  if (!(error instanceof SeedbedError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${paint("1;31", "error[unexpected]")}: ${text}\n  = fix: ${REPORT}\n`;
  }
  const fix = error.fix.split("\n").join("\n         ");
  return `${paint("1;31", `error[${error.code}]`)}: ${paint("1", error.message)}\n  = fix: ${fix}\n`;
}

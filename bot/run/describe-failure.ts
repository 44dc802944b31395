import { SeedbedError } from "../../src/error.ts";

/** Why the process does not start, with what to do, before there is a log. */
export function describeFailure(error: unknown): string {
  if (error instanceof SeedbedError) return `error[${error.code}]: ${error.message}\n  = fix: ${error.fix}`;
  return String(error instanceof Error ? (error.stack ?? error.message) : error);
}

import { SeedbedError } from "../src/problem/error.ts";

/** Why the process could not start, and the fix, as text for standard error. */
export function describeFailure(error: unknown): string {
  if (error instanceof SeedbedError) return `error[${error.code}]: ${error.message}\n  = fix: ${error.fix}`;
  return String(error instanceof Error ? (error.stack ?? error.message) : error);
}

import { UnreadableFile } from "../../../src/database/unreadable-file.ts";
import { SeedbedError } from "../../../src/problem/error.ts";

/** Whether an error is about a file that cannot be read in this commit: it concerns one database, and a retry fails again. */
export function isUnreadable(error: unknown): error is SeedbedError {
  return error instanceof UnreadableFile || (error instanceof SeedbedError && error.code === "tree-too-large");
}

/** What was read, or `otherwise` if a file of that commit cannot be read. */
export async function readOr<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (isUnreadable(error)) return otherwise;
    throw error;
  }
}

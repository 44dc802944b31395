import { SeedbedError } from "../../../src/problem/error.ts";

/** Errors about a file of the tree, as opposed to a failed call. */
const UNREADABLE = new Set(["not-a-regular-file", "not-utf8", "file-too-large", "tree-too-large"]);

/** Whether an error is about a file that cannot be read in this commit: it concerns one database, and a retry fails again. */
export function isUnreadable(error: unknown): error is SeedbedError {
  return error instanceof SeedbedError && UNREADABLE.has(error.code);
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

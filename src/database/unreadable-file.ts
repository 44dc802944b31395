import { explainSize } from "../layout/limits.ts";
import type { TreeEntry } from "../ports/tree.ts";
import { SeedbedError } from "../problem/error.ts";
import { locateProblem } from "../problem/locate-problem.ts";
import type { Problem } from "../problem/problem.ts";
import { sentence } from "../text/sentence.ts";
import { showPath } from "../text/unseen.ts";
import { decodeUtf8 } from "../text/utf8.ts";
import { isRegular, refuseMode } from "./file-mode.ts";

/** A path that is no regular file, or a file that is too large or no UTF-8 text: the same from every tree. */
export class UnreadableFile extends SeedbedError {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code, sentence(locateProblem(problem)), { fix: sentence(problem.fix) });
    this.problem = problem;
  }
}

/** Throws for a link, a submodule, and what git has no mode for; an executable file can be read. */
export function requireRegular({ path, mode }: TreeEntry): void {
  const problem = isRegular(mode) ? null : refuseMode({ path, mode });
  if (problem !== null) throw new UnreadableFile(problem);
}

/**
 * Throws if two entries that follow one another have one path. In git they differ: in bytes that are not UTF-8, and that
 * GitHub's answer and this program both give as U+FFFD, so that one of them would stand for the other.
 */
export function requireUnlike(sorted: readonly TreeEntry[]): void {
  const path = sorted.find((entry, index) => sorted[index + 1]?.path === entry.path)?.path;
  if (path === undefined) return;
  throw unreadable(path, {
    code: "paths-alike",
    what: "two files have this path, or paths that only differ in bytes that are not UTF-8",
    why: "a review of one of them would count for the other",
    fix: "rename them, in UTF-8",
  });
}

/** Throws for more bytes than are read, best before they are. */
export function requireSmall(path: string, bytes: number): void {
  const words = explainSize(path, bytes);
  if (words !== null) throw unreadable(path, words);
}

/** The bytes as text. Throws with the position of the first byte that is not UTF-8. */
export function decodeFile(path: string, bytes: Buffer): string {
  requireSmall(path, bytes.length);
  const text = decodeUtf8(bytes);
  if (text !== null) return text;
  const words = {
    code: "not-utf8",
    what: "the file is not UTF-8 text",
    why: "every byte of a request has to be text that people can review",
    fix: `save ${showPath(path)} as UTF-8`,
  };
  throw unreadable(path, words, findByte(bytes));
}

function unreadable(
  path: string,
  words: Pick<Problem, "code" | "what" | "why" | "fix">,
  at: Pick<Problem, "line" | "column"> = { line: 1, column: 1 },
): UnreadableFile {
  const docs = "docs/reference/database_config.md#the-folder";
  return new UnreadableFile({ severity: "error", path: showPath(path), ...at, ...words, docs });
}

/** No multi-byte character contains a line feed, so each line can be decoded separately. */
function findByte(bytes: Buffer): Pick<Problem, "line" | "column"> {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(10, start);
    const stop = end === -1 ? bytes.length : end;
    const column = findReplaced(bytes.subarray(start, stop));
    if (column > 0) return { line, column };
    start = stop + 1;
  }
  return { line: 1, column: 1 };
}

/** Column of the first character that decoding replaced, not of one that the bytes really have; 0 if there is none. */
function findReplaced(bytes: Buffer): number {
  const text = bytes.toString("utf8");
  for (let at = text.indexOf(REPLACED); at !== -1; at = text.indexOf(REPLACED, at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at));
    if (!bytes.subarray(offset, offset + 3).equals(Buffer.from(REPLACED))) return at + 1;
  }
  return 0;
}

const REPLACED = "\uFFFD";

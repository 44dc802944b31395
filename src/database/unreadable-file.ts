import { SeedbedError } from "../problem/error.ts";
import type { Problem } from "../problem/problem.ts";
import { decodeUtf8 } from "../text/utf8.ts";

/** A path that is not a regular file, or a file that is not UTF-8 text. */
export class UnreadableFile extends SeedbedError {
  readonly place: Pick<Problem, "path" | "line" | "column">;

  constructor(
    code: "not-a-regular-file" | "not-utf8",
    message: string,
    place: UnreadableFile["place"] & { fix: string },
  ) {
    const { fix, ...rest } = place;
    super(code, message, { fix });
    this.place = rest;
  }

  /** The error as a problem with its position. */
  toProblem(): Problem {
    const { code, message, fix, place } = this;
    const why =
      code === "not-utf8"
        ? "every byte of a request has to be text that people can review"
        : "its target can change without a review";
    const docs = "docs/reference/database_config.md#the-folder";
    return { severity: "error", code, ...place, what: message.replace(/\.$/, ""), why, fix, docs };
  }
}

/** The bytes as text. Throws with the position of the first byte that is not UTF-8. */
export function decodeFile(path: string, bytes: Buffer): string {
  const text = decodeUtf8(bytes);
  if (text !== null) return text;
  throw new UnreadableFile("not-utf8", `${path} is not UTF-8 text.`, {
    ...findByte(path, bytes),
    fix: `Save ${path} as UTF-8.`,
  });
}

/** No multi-byte character contains a line feed, so each line can be decoded separately. */
function findByte(path: string, bytes: Buffer): UnreadableFile["place"] {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(10, start);
    const text = bytes.subarray(start, end === -1 ? bytes.length : end);
    const column = text.toString("utf8").indexOf("\uFFFD") + 1;
    if (column > 0) return { path, line, column };
    start += text.length + 1;
  }
  return { path, line: 1, column: 1 };
}

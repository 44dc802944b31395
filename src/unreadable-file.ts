import { SeedbedError } from "./error.ts";
import type { Problem } from "./problem.ts";

/** A file of the repository that is none, or whose bytes are no text. */
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

  /** The same as a finding. */
  toProblem(): Problem {
    const { code, message, fix, place } = this;
    const why =
      code === "not-utf8"
        ? "Every byte of a request is text that people review"
        : "Where it leads may change without anybody's review";
    const docs = "docs/reference/database_config.md#the-folder";
    return { severity: "error", code, ...place, what: message.replace(/\.$/, ""), why, fix, docs };
  }
}

/** The bytes as text. Throws with the place of the first byte that is none. */
export function decodeFile(path: string, bytes: Buffer): string {
  try {
    return decode(bytes);
  } catch {
    throw new UnreadableFile("not-utf8", `${path} is not UTF-8 text.`, {
      ...findByte(path, bytes),
      fix: `Save ${path} as UTF-8.`,
    });
  }
}

function decode(bytes: Buffer): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** No character of several bytes has a line feed in it: each line can be looked at alone. */
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

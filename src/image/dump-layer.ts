import { createHash } from "node:crypto";
import { SeedbedError } from "../problem/error.ts";
import { IMAGE_ROOT } from "./layer-files.ts";
import { tarEnd, tarPadding, tarPrologue } from "./tar-header.ts";

/** A dump file that can be read from its start as often as needed. */
export interface DumpSource {
  name: string;
  bytes: number;
  open(): AsyncIterable<Buffer>;
}

// The name is used as a path, in a layer annotation and in SHA256SUMS.
const DUMP_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

/** The tar of one dump file as a stream; the file's SHA-256 is known once it has ended. */
export class DumpLayer {
  readonly source: DumpSource;
  #sha256: string | null = null;

  constructor(source: DumpSource) {
    if (!DUMP_NAME.test(source.name))
      throw new SeedbedError("dump-file-name", `${JSON.stringify(source.name)} is not a valid dump file name.`, {
        fix: "Use at most 80 letters, digits, dots, hyphens and underscores.",
      });
    this.source = source;
  }

  /** 64 hex digits of the last complete pass. */
  get fileSha256(): string {
    if (this.#sha256 === null) throw new TypeError(`${this.source.name} has not been read to its end.`);
    return this.#sha256;
  }

  /** Header, bytes, padding, end. Throws when the source's length differs from the expected one. */
  async *open(): AsyncGenerator<Buffer> {
    const { name, bytes } = this.source;
    this.#sha256 = null;
    yield tarPrologue({ path: `${IMAGE_ROOT}/dump/${name}`, bytes, mode: 0o644 });
    const hash = createHash("sha256");
    let read = 0;
    for await (const chunk of this.source.open()) {
      read += chunk.length;
      if (read > bytes) break;
      hash.update(chunk);
      yield chunk;
    }
    if (read !== bytes) throw changedFile(this.source, read);
    yield Buffer.concat([tarPadding(bytes), tarEnd()]);
    this.#sha256 = hash.digest("hex");
  }
}

function changedFile(source: DumpSource, read: number): SeedbedError {
  const got = read > source.bytes ? "more" : String(read);
  return new SeedbedError(
    "dump-file-changed",
    `The dump file ${source.name} has ${source.bytes} bytes according to its directory entry, but ${got} were read.`,
    { fix: "Make sure that nothing else writes to the export's directory, then run the export again." },
  );
}

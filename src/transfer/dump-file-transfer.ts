import { createHash } from "node:crypto";
import type { Log } from "../ports/log.ts";
import { SeedbedError } from "../problem/error.ts";

/** A dump file that can be read from its start as often as needed. */
export interface DumpSource {
  /** Without a folder. */
  name: string;
  /** By its directory entry, when it was checked. */
  bytes: number;
  open(): AsyncIterable<Buffer>;
}

// The name is used as a path, in a layer annotation and in SHA256SUMS.
const DUMP_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

// At most one log line per percent, and not more often than every 8 MiB.
const LEAST_STEP = 8 * 1024 * 1024;

/** A dump file on its way from the source, in order and hashed as it is read; nothing is written to disk. */
export class DumpFileTransfer {
  readonly #source: DumpSource;
  readonly #log: Pick<Log, "progress">;
  #sha256: string | null = null;

  constructor(source: DumpSource, log: Pick<Log, "progress">) {
    if (!DUMP_NAME.test(source.name))
      throw new SeedbedError("dump-file-name", `${JSON.stringify(source.name)} is not a valid dump file name.`, {
        fix: "Use at most 80 letters, digits, dots, hyphens and underscores.",
      });
    this.#source = source;
    this.#log = log;
  }

  get name(): string {
    return this.#source.name;
  }

  get bytes(): number {
    return this.#source.bytes;
  }

  /** 64 hex digits of the last complete pass. */
  get sha256(): string {
    if (this.#sha256 === null) throw new TypeError(`${this.name} has not been read to its end.`);
    return this.#sha256;
  }

  /** One pass over the file from its start. Throws when its length differs from the directory entry. */
  async *read(): AsyncGenerator<Buffer> {
    this.#sha256 = null;
    const hash = createHash("sha256");
    const report = this.#reporter();
    let read = 0;
    for await (const chunk of this.#source.open()) {
      read += chunk.length;
      if (read > this.bytes) break;
      hash.update(chunk);
      report(read);
      yield chunk;
    }
    if (read !== this.bytes) throw changedFile(this.#source, read);
    this.#sha256 = hash.digest("hex");
  }

  #reporter(): (done: number) => void {
    const step = Math.max(LEAST_STEP, Math.ceil(this.bytes / 100));
    let next = 0;
    return (done) => {
      if (done < next && done < this.bytes) return;
      next = done + step;
      this.#log.progress(this.name, { done, total: this.bytes, unit: "bytes" });
    };
  }
}

function changedFile({ name, bytes }: DumpSource, read: number): SeedbedError {
  const got = read > bytes ? "more" : String(read);
  return new SeedbedError(
    "dump-file-changed",
    `The dump file ${name} has ${bytes} bytes according to its directory entry, but ${got} were read.`,
    { fix: "Make sure that nothing else writes to the export's directory, then run the export again." },
  );
}

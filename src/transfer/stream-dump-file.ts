import { createHash } from "node:crypto";
import type { Digest } from "../crypto/digest.ts";
import { SeedbedError } from "../problem/error.ts";
import type { FileFacts, SourceHost } from "../ports/source-host.ts";
import type { Log } from "../ports/log.ts";

/** Size and digest of a dump file, known once its last byte was read. */
export interface StreamedFile {
  bytes: number;
  sha256: Digest;
}

/** A dump file in transfer: consume `bytes` to the end, then `finished` has size and digest. */
export interface DumpFileStream {
  bytes: AsyncIterable<Buffer>;
  /** Rejects with the stream's error, and when the reader stops before the end. */
  finished: Promise<StreamedFile>;
}

export interface StreamDumpFile {
  host: SourceHost;
  path: string;
  /** Size and time of the file when it was checked. */
  expected: FileFacts;
  log: Log;
  signal: AbortSignal;
}

// At most one log line per percent, and not more often than every 8 MiB.
const leastStep = 8 * 1024 * 1024;

/** Streams a dump file from the source once, in order, and hashes it on the way; nothing is written to disk. */
export function streamDumpFile(options: StreamDumpFile): DumpFileStream {
  const { promise, resolve, reject } = Promise.withResolvers<StreamedFile>();
  // The consumer of the bytes sees the same error, so this promise may be ignored.
  promise.catch(() => undefined);
  return { bytes: stream(options, { resolve, reject }), finished: promise };
}

interface Outcome {
  resolve(file: StreamedFile): void;
  reject(error: unknown): void;
}

async function* stream(options: StreamDumpFile, outcome: Outcome): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  const report = reporter(options);
  let bytes = 0;
  try {
    for await (const chunk of options.host.read(options.path, options)) {
      hash.update(chunk);
      bytes += chunk.length;
      report(bytes);
      yield chunk;
    }
    if (bytes !== options.expected.bytes) throw wrongSize(options, bytes);
    outcome.resolve({ bytes, sha256: `sha256:${hash.digest("hex")}` });
  } catch (error) {
    outcome.reject(error);
    throw error;
  } finally {
    // Only has an effect when the reader stopped early: a settled promise does not change.
    outcome.reject(leftEarly(options, bytes));
  }
}

function reporter({ log, path, expected }: StreamDumpFile): (done: number) => void {
  const step = Math.max(leastStep, Math.ceil(expected.bytes / 100));
  let next = 0;
  return (done) => {
    if (done < next && done < expected.bytes) return;
    next = done + step;
    log.progress(path, { done, total: expected.bytes, unit: "bytes" });
  };
}

function wrongSize({ path, expected }: StreamDumpFile, bytes: number): SeedbedError {
  return new SeedbedError("source-file-changed", `${path} had ${expected.bytes} bytes, but ${bytes} were read.`, {
    fix: "Make sure that nothing else writes to this file, then run the seed again; it makes a new export.",
  });
}

function leftEarly({ path, expected }: StreamDumpFile, bytes: number): SeedbedError {
  return new SeedbedError("transfer-left", `Reading ${path} stopped after ${bytes} of ${expected.bytes} bytes.`, {
    fix: "See the error that was reported with this one for the reason, then run the seed again.",
  });
}

import { createHash } from "node:crypto";
import type { Digest } from "../digests/digest.ts";
import { SeedbedError } from "../error.ts";
import type { FileFacts, Log, SourceHost } from "../ports.ts";

/** What a dump file turned out to be once its last byte was taken. */
export interface StreamedFile {
  bytes: number;
  sha256: Digest;
}

/** A dump file on its way: take `bytes` to the end, then `finished` holds size and digest. */
export interface DumpFileStream {
  bytes: AsyncIterable<Buffer>;
  /** Rejects with the stream's own error, and when the reader leaves before the end. */
  finished: Promise<StreamedFile>;
}

export interface StreamDumpFile {
  host: SourceHost;
  path: string;
  /** What the file had when it was looked at. */
  expected: FileFacts;
  log: Log;
  signal: AbortSignal;
}

// One line of a log per percent at most, and not more often than every 8 MiB.
const leastStep = 8 * 1024 * 1024;

/** Streams a dump file of the source once, in order, hashing on the way; nothing touches the disk. */
export function streamDumpFile(options: StreamDumpFile): DumpFileStream {
  const { promise, resolve, reject } = Promise.withResolvers<StreamedFile>();
  // Whoever takes the bytes sees the same error there; nobody has to look at both.
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
    // Only has an effect when the reader left early: a settled promise stays as it is.
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
  return new SeedbedError("source-file-changed", `${path} had ${expected.bytes} bytes and gave ${bytes}.`, {
    fix: "Nothing else may write to this file. Run the seed again: it exports anew.",
  });
}

function leftEarly({ path, expected }: StreamDumpFile, bytes: number): SeedbedError {
  return new SeedbedError("transfer-left", `${path} was left after ${bytes} of ${expected.bytes} bytes.`, {
    fix: "The reason is the error that was reported with it. Read the file again from its start.",
  });
}

import { setTimeout as wait } from "node:timers/promises";
import { messageOf, SeedbedError } from "../../problem/error.ts";
import type { FileFacts, ReadOptions } from "../../ports/source-host.ts";
import type { Log } from "../../ports/log.ts";
import { EndedEarly, readInOrder } from "./read-in-order.ts";
import { ConnectionLost, mayPass } from "./failure.ts";
import type { ConnectionPool, ReadingConnection } from "./pool.ts";
import type { OpenFile, SftpChannel } from "./sftp.ts";

export interface ReadTuning {
  /** SFTP channels of one file. OpenSSH allows ten sessions per connection. */
  channels: number;
  /** Requests in flight on one channel. */
  depth: number;
  /** Bytes of one request; the server's limit when that is less. */
  chunk: number;
  /** Retries after a lost connection, counted until enough bytes have arrived again. */
  retries: number;
  /** Milliseconds before the first retry; doubles with each. */
  backoff: number;
}

/** Reads one file in order over a connection of the pool, and continues at the same byte when that connection is lost. */
export class SshReader {
  readonly #pool: ConnectionPool;
  readonly #tuning: ReadTuning;
  readonly #log: Log | undefined;

  constructor(pool: ConnectionPool, tuning: ReadTuning, log?: Log) {
    this.#pool = pool;
    this.#tuning = tuning;
    this.#log = log;
  }

  async *read(path: string, options: ReadOptions): AsyncGenerator<Buffer> {
    const progress = { offset: 0, failures: 0, since: 0 };
    for (let done = false; !done;) {
      options.signal.throwIfAborted();
      try {
        yield* this.#readFrom(path, options, progress);
        done = true;
      } catch (error) {
        options.signal.throwIfAborted();
        await this.#prepareRetry(path, progress, { error, signal: options.signal });
      }
    }
  }

  async *#readFrom(path: string, { expected, signal }: ReadOptions, progress: Progress): AsyncGenerator<Buffer> {
    const reading = await this.#pool.take(signal);
    const abort = (): void => reading.connection.destroy(new Error("aborted"));
    signal.addEventListener("abort", abort, { once: true });
    let whole = false;
    try {
      const { files, chunk } = await this.#openLanes(reading, { path, expected, progress });
      const stripe = { offset: progress.offset, end: expected.bytes, chunk, depth: this.#tuning.depth };
      for await (const bytes of readInOrder(files, stripe)) {
        progress.offset += bytes.length;
        yield bytes;
      }
      const [first] = files;
      if (first) mustBeSame(path, expected, await first.readFacts());
      whole = await areClosed(files);
    } catch (error) {
      throw error instanceof EndedEarly ? changed(path, expected, { ...expected, bytes: error.position }) : error;
    } finally {
      signal.removeEventListener("abort", abort);
      // Requests may still be pending when a reader stops early or fails: such a connection is not reused.
      if (whole) this.#pool.give(reading);
      else reading.connection.destroy(new Error("reading stopped before the end"));
    }
  }

  async #openLanes(reading: ReadingConnection, { path, expected, progress }: Job) {
    const fewer = this.#sayOnce(path);
    const first = await reading.channel();
    const chunk = Math.min(this.#tuning.chunk, first.readLimit);
    const needed = Math.ceil((expected.bytes - progress.offset) / (chunk * this.#tuning.depth));
    // A server that cannot handle this many channels may close the connection, so each retry opens half as many.
    const wanted = Math.max(1, Math.min(this.#tuning.channels >> progress.failures, needed));
    const channels = await reading.channels(wanted, fewer);
    const opened = await Promise.all(
      channels.map((channel, index) => openFile(channel, path, index > 0 ? fewer : null)),
    );
    const files = opened.filter((file) => file !== null);
    for (const file of files) mustBeSame(path, expected, file.facts);
    return { files, chunk };
  }

  /** Reading with fewer channels is slower and nothing worse: one line is enough for all that were refused. */
  #sayOnce(path: string): (reason: unknown) => void {
    let said = false;
    return (reason) => {
      if (said) return;
      said = true;
      const text = reason instanceof Error ? reason.message : String(reason);
      this.#log?.info(
        `${path}: the SSH host gives fewer channels than were asked for (${text}); it is read with those.`,
      );
    };
  }

  async #prepareRetry(path: string, progress: Progress, failure: { error: unknown; signal: AbortSignal }) {
    const { error, signal } = failure;
    if (!mayPass(error)) throw error;
    if (this.#pool.closed) throw closedByUs(path, error);
    if (progress.offset - progress.since >= forgiving) progress.failures = 0;
    progress.since = progress.offset;
    progress.failures += 1;
    const { retries, backoff } = this.#tuning;
    const text = messageOf(error);
    const broken = `${path}: the SSH connection broke at byte ${progress.offset} (${text})`;
    if (progress.failures > retries) throw gaveUp(broken, retries, error);
    this.#log?.warn(`${broken}; continuing from there, retry ${progress.failures} of ${retries}.`);
    await wait(Math.min(backoff * 2 ** (progress.failures - 1), longestPause), undefined, { signal }).catch(() =>
      signal.throwIfAborted(),
    );
  }
}

interface Progress {
  /** Bytes that were returned so far. */
  offset: number;
  failures: number;
  /** The offset at the last failure. */
  since: number;
}

interface Job {
  path: string;
  expected: FileFacts;
  progress: Progress;
}

// After this many bytes the connection counts as working, and earlier failures are forgotten.
const forgiving = 64 * 1024 * 1024;
const longestPause = 15_000;

type Fewer = (reason: unknown) => void;

/** The file on one channel; null where it is one of several, which have a `fewer`, and the server opens no more. */
async function openFile(channel: SftpChannel, path: string, fewer: Fewer | null): Promise<OpenFile | null> {
  try {
    return await channel.openFile(path);
  } catch (error) {
    if (fewer === null || error instanceof ConnectionLost) throw error;
    fewer(error);
    return null;
  }
}

/** Whether every file was closed. All its bytes were read and it is unchanged, so a failure only costs the connection. */
async function areClosed(files: OpenFile[]): Promise<boolean> {
  const closed = await Promise.allSettled(files.map((file) => file.close()));
  return closed.every(({ status }) => status === "fulfilled");
}

function mustBeSame(path: string, expected: FileFacts, found: FileFacts): void {
  if (found.bytes !== expected.bytes || found.modified !== expected.modified) throw changed(path, expected, found);
}

function changed(path: string, expected: FileFacts, found: FileFacts): SeedbedError {
  const text = ({ bytes, modified }: FileFacts) => `${bytes} bytes of ${new Date(modified * 1000).toISOString()}`;
  return new SeedbedError(
    "source-file-changed",
    `${path} changed on the SSH host: it was ${text(expected)}, now it is ${text(found)}.`,
    { fix: "Make sure that nothing else writes to the dump files, then run the seed again; it makes a new export." },
  );
}

function gaveUp(broken: string, retries: number, cause: unknown): SeedbedError {
  return new SeedbedError("ssh-connection-lost", `${broken}; gave up after ${retries} retries.`, {
    fix: "Check the network between the runner and the SSH host and the host's sshd log, then run the seed again.",
    cause,
  });
}

function closedByUs(path: string, cause: unknown): SeedbedError {
  return new SeedbedError(
    "ssh-connection-lost",
    `${path} was still being read when Seedbed closed the SSH connection.`,
    {
      fix: "The run was ending; see the error that it reports for the reason.",
      cause,
    },
  );
}

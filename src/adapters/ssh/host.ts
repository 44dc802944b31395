import { messageOf, SeedbedError } from "../../problem/error.ts";
import type { Log } from "../../ports/log.ts";
import type { ReadOptions, SourceHost, Tunnel } from "../../ports/source-host.ts";
import type { SshConnection, SshDeadlines } from "./connection.ts";
import { ConnectionLost, mayPass } from "./failure.ts";
import { type SshTarget, openConnection } from "./open-connection.ts";
import { ConnectionPool, type ReadingConnection } from "./pool.ts";
import { type ReadTuning, SshReader } from "./reader.ts";
import type { SftpChannel } from "./sftp.ts";
import { openTunnel } from "./tunnel.ts";
import pRetry from "p-retry";

export interface SshHostOptions extends Partial<SshDeadlines>, Partial<ReadTuning> {
  /** Reports every lost and re-established connection. */
  log?: Log;
}

/**
 * Logs in to the SSH host in front of a source, after checking its key against the settings. One connection carries
 * the tunnels, one is for file operations, and each file that is read has its own, so that they cannot affect each other.
 */
export async function connectHost(target: SshTarget, options: SshHostOptions = {}): Promise<SourceHost> {
  const deadlines = { connect: options.connect ?? 20_000, stall: options.stall ?? 30_000 };
  const tuning: ReadTuning = {
    channels: options.channels ?? 8,
    depth: options.depth ?? 8,
    chunk: options.chunk ?? 261_120,
    retries: options.retries ?? 5,
    backoff: options.backoff ?? 500,
  };
  const { log } = options;
  const connection = await openPatiently(() => openConnection(target, deadlines), { tuning, log });
  return new Ssh2Host({ target, deadlines, tuning, log, connection });
}

const LOGIN_RETRIES = 2;

/** A host that is busy for a moment ends no run: sshd closes connections above MaxStartups (sshd_config(5)). */
function openPatiently<T>(open: () => Promise<T>, { tuning, log }: Pick<Parts, "tuning" | "log">): Promise<T> {
  return pRetry(open, {
    retries: Math.min(LOGIN_RETRIES, tuning.retries),
    minTimeout: tuning.backoff,
    shouldRetry: ({ error }) => mayPass(error),
    onFailedAttempt: ({ error, retriesLeft }) => {
      if (retriesLeft > 0 && mayPass(error)) log?.warn(`${error.message} Trying again.`);
    },
  });
}

interface Parts {
  target: SshTarget;
  deadlines: SshDeadlines;
  tuning: ReadTuning;
  log: Log | undefined;
  connection: SshConnection;
}

class Ssh2Host implements SourceHost {
  readonly #connect: () => Promise<SshConnection>;
  readonly #takeFromPool: () => Promise<ReadingConnection>;
  readonly #log: Log | undefined;
  readonly #pool: ConnectionPool;
  readonly #reader: SshReader;
  readonly #abort = new AbortController();
  #connection: Promise<SshConnection>;
  #questions: Promise<ReadingConnection> | undefined;

  constructor({ target, deadlines, tuning, log, connection }: Parts) {
    const { signal } = this.#abort;
    this.#connect = () => openPatiently(() => openConnection(target, deadlines, signal), { tuning, log });
    this.#takeFromPool = () => openPatiently(() => this.#pool.take(signal), { tuning, log });
    this.#connection = Promise.resolve(connection);
    this.#log = log;
    this.#pool = new ConnectionPool(target, deadlines);
    this.#reader = new SshReader(this.#pool, tuning, log);
  }

  async forward(host: string, port: number): Promise<Tunnel> {
    const before = this.#connection;
    const known = await before.catch(() => undefined);
    if ((!known || known.lost) && this.#connection === before) this.#connection = this.#connect();
    return openTunnel(await this.#connection, { host, port }, this.#log);
  }

  facts(path: string) {
    return this.#ask((sftp) => sftp.facts(path));
  }

  list(folder: string) {
    return this.#ask((sftp) => sftp.list(folder));
  }

  freeBytes(folder: string) {
    return this.#ask((sftp) => sftp.freeBytes(folder));
  }

  remove(path: string) {
    return this.#ask((sftp) => sftp.remove(path));
  }

  read(path: string, options: ReadOptions): AsyncIterable<Buffer> {
    return this.#reader.read(path, options);
  }

  async close(): Promise<void> {
    this.#abort.abort(new Error("closed by Seedbed"));
    const connection = await this.#connection.catch(() => undefined);
    await Promise.all([this.#pool.close(), connection?.close()]);
  }

  /** Every file operation may be retried once, because a connection that was idle for hours may be lost. */
  async #ask<T>(question: (sftp: SftpChannel) => Promise<T>): Promise<T> {
    try {
      return await question(await this.#channel());
    } catch (error) {
      if (!(error instanceof ConnectionLost) || this.#abort.signal.aborted) throw explain(error);
      this.#log?.warn(`The SSH connection was lost (${error.message}); connecting again.`);
    }
    try {
      return await question(await this.#channel());
    } catch (error) {
      throw explain(error);
    }
  }

  async #channel(): Promise<SftpChannel> {
    const before = this.#questions;
    const known = await before?.catch(() => undefined);
    // Of several callers the first one reconnects, and the others use its connection.
    if ((!known || known.connection.lost) && this.#questions === before) this.#questions = this.#takeFromPool();
    const channel = await (await this.#questions)?.channel();
    if (!channel) throw new ConnectionLost("there is no SFTP session");
    return channel;
  }
}

function explain(error: unknown): unknown {
  if (error instanceof SeedbedError) return error;
  const text = messageOf(error);
  return new SeedbedError("ssh-connection-lost", `The SSH connection was lost: ${text}`, {
    fix: "Check the network between the runner and the SSH host and the host's sshd log, then try again.",
    cause: error,
  });
}

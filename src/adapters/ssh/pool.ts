import type { SshConnection, SshDeadlines } from "./connection.ts";
import { ConnectionLost } from "./failure.ts";
import { openConnection, type SshTarget } from "./open-connection.ts";
import { SftpChannel } from "./sftp.ts";

/** A connection for reading one file at a time, with its open SFTP channels. */
export class ReadingConnection {
  readonly connection: SshConnection;
  #channels: SftpChannel[] = [];
  #opening: Promise<SftpChannel> | undefined;

  constructor(connection: SshConnection) {
    this.connection = connection;
  }

  /** One channel; several callers at the same time share the one that the first of them opens. */
  async channel(): Promise<SftpChannel> {
    this.#channels = this.#channels.filter((channel) => !channel.closed);
    const [open] = this.#channels;
    if (open) return open;
    this.#opening ??= this.#openFirst().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #openFirst(): Promise<SftpChannel> {
    const channel = await SftpChannel.open(this.connection);
    this.#channels.push(channel);
    return channel;
  }

  /** Up to `wanted` channels, at least one: a server may have fewer to give, and `fewer` is told why. */
  async channels(wanted: number, fewer: (reason: unknown) => void): Promise<SftpChannel[]> {
    await this.channel();
    const missing = Math.max(0, wanted - this.#channels.length);
    const opened = await Promise.all(Array.from({ length: missing }, () => openAnother(this.connection, fewer)));
    this.#channels.push(...opened.filter((channel) => channel !== null));
    return this.#channels.slice(0, wanted);
  }
}

async function openAnother(connection: SshConnection, fewer: (reason: unknown) => void): Promise<SftpChannel | null> {
  try {
    return await SftpChannel.open(connection);
  } catch (error) {
    if (error instanceof ConnectionLost) throw error;
    fewer(error);
    return null;
  }
}

/** Connections for reading: each file has its own, which is reused once the file is finished. */
export class ConnectionPool {
  readonly #target: SshTarget;
  readonly #deadlines: SshDeadlines;
  readonly #idle: ReadingConnection[] = [];
  readonly #taken = new Set<SshConnection>();
  #closed = false;

  constructor(target: SshTarget, deadlines: SshDeadlines) {
    this.#target = target;
    this.#deadlines = deadlines;
  }

  async take(signal: AbortSignal): Promise<ReadingConnection> {
    const idle = this.#idle.pop();
    if (idle?.connection.lost) return this.take(signal);
    const reading = idle ?? new ReadingConnection(await openConnection(this.#target, this.#deadlines, signal));
    const { connection } = reading;
    if (this.#closed) connection.destroy(new Error("closed by Seedbed"));
    this.#taken.add(connection);
    connection.onLost(() => this.#taken.delete(connection));
    return reading;
  }

  give(reading: ReadingConnection): void {
    this.#taken.delete(reading.connection);
    if (this.#closed) reading.connection.destroy(new Error("closed by Seedbed"));
    else this.#idle.push(reading);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const connection of this.#taken) connection.destroy(new Error("closed by Seedbed"));
    await Promise.all(this.#idle.splice(0).map(({ connection }) => connection.close()));
  }

  get closed(): boolean {
    return this.#closed;
  }
}

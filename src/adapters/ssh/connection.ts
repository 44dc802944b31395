import type { Socket } from "node:net";
import type { Client } from "ssh2";
import { ConnectionLost } from "./failure.ts";

export interface SshDeadlines {
  /** Milliseconds for TCP, handshake and login together. */
  connect: number;
  /** Milliseconds without an expected response after which a connection counts as dead. */
  stall: number;
}

type Done<T> = (error: Error | null | undefined, value: T) => void;

/** A logged-in connection whose open calls all fail when it is lost. */
export class SshConnection {
  readonly client: Client;
  readonly #socket: Socket;
  readonly #stall: number;
  readonly #open = new Set<(error: Error) => void>();
  readonly #watchers = new Set<(error: Error) => void>();
  #watchdog: NodeJS.Timeout | undefined;
  #lost: ConnectionLost | undefined;

  constructor(client: Client, socket: Socket, stall: number) {
    this.client = client;
    this.#socket = socket;
    this.#stall = stall;
    client.on("error", (error) => this.destroy(error));
    client.on("close", () => this.destroy(new Error("the host closed the connection")));
  }

  get lost(): ConnectionLost | undefined {
    return this.#lost;
  }

  /** Registers a listener for the loss or end of the connection. Returns a function that removes it. */
  onLost(watcher: (error: Error) => void): () => void {
    if (this.#lost) watcher(this.#lost);
    else this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** One call of ssh2 as a promise. If the host does not respond, the connection ends, and with it all calls. */
  call<T>(start: (done: Done<T>) => void): Promise<T> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise<T>((resolve, reject) => {
      const settle = (error: Error | null | undefined, value?: T) => {
        if (!this.#open.delete(fail)) return;
        this.#answered();
        if (error) reject(error);
        else resolve(value as T);
      };
      const fail = (error: Error) => settle(error);
      this.#open.add(fail);
      this.#armWatchdog();
      try {
        start(settle);
      } catch (error) {
        fail(error as Error);
      }
    });
  }

  /** Ends the socket at once; every open call rejects. */
  destroy(reason: Error): void {
    if (this.#lost) return;
    this.#lost = new ConnectionLost(reason.message, { cause: reason });
    clearTimeout(this.#watchdog);
    this.#socket.destroy();
    for (const fail of this.#open) fail(this.#lost);
    for (const watcher of this.#watchers) watcher(this.#lost);
  }

  /** Ends the connection gracefully and waits until the socket is closed. */
  async close(): Promise<void> {
    if (this.#lost) return;
    const closed = new Promise<void>((resolve) => this.client.once("close", () => resolve()));
    const impatient = setTimeout(() => this.destroy(new Error("closed by Seedbed")), goodbye);
    this.client.end();
    await closed;
    clearTimeout(impatient);
    this.destroy(new Error("closed by Seedbed"));
  }

  #armWatchdog(): void {
    const silent = () => this.destroy(new Error(`the host sent nothing for ${this.#stall / 1000} s`));
    this.#watchdog ??= setTimeout(silent, this.#stall);
  }

  #answered(): void {
    if (this.#open.size > 0 && !this.#lost) {
      this.#watchdog?.refresh();
      return;
    }
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }
}

const goodbye = 2_000;

import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** How often something that gets ready is asked, and how long a program may take to end before it is killed. */
const ASK_EVERY_MS = 50;
const END_WITHIN_MS = 10_000;

/** A program that runs until it is stopped; its output goes to a file `<name>.log` of a folder. */
export class Program {
  readonly #name: string;
  readonly #log: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #end: string | null = null;

  constructor(name: string, command: readonly string[], folder: string) {
    this.#name = name;
    this.#log = join(folder, `${name}.log`);
    const log = openSync(this.#log, "w");
    // Also kill -9 of the tests takes the program along: the kernel ends it with its parent.
    const args = ["--pdeathsig", "KILL", "--", ...command];
    this.#child = spawn("setpriv", args, { stdio: ["ignore", log, log] });
    closeSync(log);
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#end ??= how;
        resolve();
      };
      this.#child.once("error", (error) => end(error.message));
      this.#child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  /** Waits until an answer is true. Has no limit of its own: the test's is enough. An end of the program is an error with its last words. */
  async until(isReady: () => Promise<boolean>): Promise<void> {
    while (!(await isReady())) {
      if (this.#end !== null) throw new Error(`${this.#name} ended (${this.#end}):\n${this.#lastWords()}`);
      await wait(ASK_EVERY_MS);
    }
  }

  #lastWords(): string {
    return readFileSync(this.#log, "utf8").trim().split("\n").slice(-12).join("\n");
  }

  /** Asks it to end and waits for that. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const force = setTimeout(() => this.#child.kill("SIGKILL"), END_WITHIN_MS);
    await this.#ended;
    clearTimeout(force);
  }
}

/**
 * Ports of the loopback address that nobody listens on. They are below those that Linux hands out by itself
 * (ip_local_port_range begins at 32768), so no connection and no other test takes one before its program listens.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

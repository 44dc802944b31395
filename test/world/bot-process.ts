import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { BotLog } from "./bot-log.ts";
import { COMPILED } from "./compiled.ts";
import type { GitHub } from "./github/github.ts";

/** The bot's own entry. */
export const BOT_ENTRY = join(import.meta.dirname, "../../bot/server.ts");

/** Starts the bot's own entry with these variables and nothing else in its environment. */
export function spawnBot(variables: Record<string, string>, options: string[] = []) {
  return spawn(process.execPath, [...options, BOT_ENTRY], { env: variables, stdio: ["ignore", "pipe", "pipe"] });
}

/** The bot as it is deployed: a process that is configured by environment variables, always on the same port. */
export class BotProcess {
  readonly #github: GitHub;
  readonly #variables: Record<string, string>;
  readonly #log = new BotLog();
  #child: ChildProcess;

  private constructor(github: GitHub, variables: Record<string, string>) {
    this.#github = github;
    this.#variables = variables;
    this.#child = this.#spawn();
  }

  /** Chooses a port, sends GitHub's webhooks there, and starts the first process. */
  static async open(github: GitHub, variables: Record<string, string>): Promise<BotProcess> {
    const port = await freePort();
    const own = { LOG_LEVEL: "debug", HOST: "127.0.0.1", PORT: String(port), NODE_COMPILE_CACHE: COMPILED };
    github.webhooks.setUrl(`http://127.0.0.1:${port}/api/github/webhooks`);
    return new BotProcess(github, { ...variables, ...own });
  }

  /** With these options of Node. */
  start(options: string[] = []): void {
    this.#child = this.#spawn(options);
  }

  #spawn(options: string[] = []): ChildProcess {
    const child = spawnBot(this.#variables, options);
    this.#log.begin(child);
    return child;
  }

  /** Everything that all these processes wrote. */
  output(): string {
    return this.#log.text;
  }

  /** Resolves when the process listens; rejects if it ends before. */
  async listening(): Promise<void> {
    if (this.#isGone()) throw new Error("the bot has ended");
    const gone = new AbortController();
    const ended = once(this.#child, "close", { signal: gone.signal }).then(() => {
      throw new Error(`the bot ended before it listened:\n${this.output().slice(-2000)}`);
    });
    await Promise.race([this.#log.listening(), ended]).finally(() => {
      ended.catch(() => undefined);
      gone.abort();
    });
  }

  /** Resolves when all webhooks are answered and the bot has nothing left to do. */
  async settled(): Promise<void> {
    const { webhooks } = this.#github;
    await webhooks.calm(() => this.#log.atRest(webhooks.deliveries));
  }

  /** Stops it with SIGTERM, as an orchestrator does, and returns the exit status; null if it was killed. */
  async stop(): Promise<number | null> {
    if (this.#isGone()) return this.#child.exitCode;
    // Before, it knows no signals.
    await this.listening();
    const exit = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    const [code] = (await exit) as [number | null];
    return code;
  }

  /** Kills it as if its node had died: webhooks fail from then on. */
  async kill(): Promise<void> {
    if (this.#isGone()) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  #isGone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

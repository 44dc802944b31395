import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { BotLog } from "../../world/bot-log.ts";
import { BOT_ENTRY, freePort } from "../../world/bot-process.ts";
import type { GitHub } from "../../world/github/github.ts";
import type { Reading } from "./meter.ts";

/** How long a process may take to say what it cost, in milliseconds: one that does not is still busy with something. */
const PATIENCE = 20_000;

/** The bot as it is deployed, in a process of its own that is measured from within. */
export class MeasuredBot {
  readonly #child: ChildProcess;
  readonly #log = new BotLog();

  private constructor(variables: Record<string, string>) {
    const execArgv = ["--import", new URL("./meter.ts", import.meta.url).href];
    this.#child = fork(BOT_ENTRY, [], { env: variables, execArgv, silent: true });
    const { stdout, stderr } = this.#child;
    this.#log.begin({ stdout: stdout!, stderr: stderr! });
  }

  /** Resolves when it listens. */
  static async start(github: GitHub, variables: Record<string, string>): Promise<MeasuredBot> {
    const port = await freePort();
    github.webhooks.setUrl(`http://127.0.0.1:${port}/api/github/webhooks`);
    const own = { LOG_LEVEL: "debug", HOST: "127.0.0.1", PORT: String(port) };
    const bot = new MeasuredBot({ ...variables, ...own });
    await bot.#log.listening();
    return bot;
  }

  /** The lines of its log that say more than what it does. */
  get warnings(): string[] {
    return this.#log.text.split("\n").filter((line) => line !== "" && !/"level":"(?:debug|info)"/.test(line));
  }

  async begin(): Promise<void> {
    if ((await this.#ask("begin")) === null) throw new Error("The bot does not answer before anything has begun.");
  }

  /** null while its main thread does nothing else. */
  end(): Promise<Reading | null> {
    return this.#ask("end");
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exit;
  }

  async #ask(question: "begin" | "end"): Promise<Reading | null> {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = once(this.#child, "message", { signal });
    this.#child.send(question);
    try {
      const [reading] = (await answer) as [Reading];
      return reading;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }
}

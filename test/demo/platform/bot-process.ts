import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { GitHub } from "../../world/github/github.ts";
import { waitFor } from "./wait.ts";

export interface BotOptions {
  github: GitHub;
  /** `bot/server.ts`. */
  entry: string;
  /** PEM. */
  signingKey: string;
  keyId: string;
}

/** The bot as it is deployed: a separate process that is configured by environment variables. */
export interface BotProcess {
  start(): Promise<void>;
  /** Kills the bot as if its node had died; webhooks fail from then on. */
  kill9(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when all webhooks are answered and the bot has not called GitHub for a while. */
  settled(): Promise<void>;
  /** Everything that it has logged, across all restarts. */
  log(): string;
}

/** Starts the bot and points GitHub's webhook at it. */
export async function startBot(options: BotOptions): Promise<BotProcess> {
  const bot = new Bot(options, await freePort());
  await bot.start();
  return bot;
}

class Bot implements BotProcess {
  readonly #options: BotOptions;
  readonly #port: number;
  #child: ChildProcess | null = null;
  #text = "";

  constructor(options: BotOptions, port: number) {
    this.#options = options;
    this.#port = port;
  }

  async start(): Promise<void> {
    const { github, entry } = this.#options;
    const child = spawn(process.execPath, [entry], { env: this.#environment(), stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk: Buffer) => (this.#text += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (this.#text += chunk.toString("utf8")));
    this.#child = child;
    await waitFor(
      "the bot to listen",
      async () => {
        if (child.exitCode !== null)
          throw new Error(`the bot ended with ${child.exitCode}:\n${this.#text.slice(-2000)}`);
        return fetch(`http://127.0.0.1:${this.#port}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      30,
    );
    github.webhooks.setUrl(`http://127.0.0.1:${this.#port}/api/github/webhooks`);
  }

  async kill9(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async settled(): Promise<void> {
    const { github } = this.#options;
    for (let quiet = 0, last = -1; quiet < 15;) {
      await github.webhooks.settled();
      const calls = Object.values(github.calls.counts).reduce((sum, count) => sum + count, 0);
      quiet = calls === last ? quiet + 1 : 0;
      last = calls;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  log(): string {
    return this.#text;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#options.github.webhooks.setUrl(null);
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    child.kill(signal);
    await ended;
  }

  #environment(): Record<string, string> {
    const { github, signingKey, keyId } = this.#options;
    return {
      PATH: process.env["PATH"] ?? "",
      APP_ID: String(github.app.id),
      PRIVATE_KEY: github.app.privateKey,
      WEBHOOK_SECRET: github.app.webhookSecret,
      SIGNING_KEY: signingKey,
      SIGNING_KEY_ID: keyId,
      REPOSITORY: `${github.state.owner}/${github.state.name}`,
      GITHUB_API_URL: github.url,
      HOST: "127.0.0.1",
      PORT: String(this.#port),
      SWEEP_MINUTES: "1",
      // GitHub wants one second between writes; the simulated one does not.
      THROTTLE: "off",
      NODE_NO_WARNINGS: "1",
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

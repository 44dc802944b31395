import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { BotWorld } from "./start-world.ts";

const ENTRY = join(import.meta.dirname, "../../../bot/server.ts");

/** The bot as a separate process, always on the same port. */
export interface BotProcess {
  /** With these options of Node. */
  start(options?: string[]): void;
  /** Everything that all these processes wrote. */
  output(): string;
  isListening(): boolean;
  /** Stops it with SIGTERM, as an orchestrator does, and returns the exit status. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts the bot's own entry with these variables and nothing else in its environment. */
export function spawnBot(variables: Record<string, string>, options: string[] = []): ChildProcess {
  return spawn(globalThis.process.execPath, [...options, ENTRY], { env: variables, stdio: ["ignore", "pipe", "pipe"] });
}

/** Starts the bot of this world as a process and sends it the webhooks. */
export async function startProcess(world: BotWorld): Promise<BotProcess> {
  const port = await freePort();
  // A bot that is started forty times compiles its code once.
  const compiled = join(world.github.state.git.folder, "../compiled");
  const lines: string[] = [];
  let child: ChildProcess | null = null;
  let listening = false;
  const start = (options: string[] = []) => {
    const variables = { ...world.variables, PORT: String(port), NODE_COMPILE_CACHE: compiled };
    const fresh = spawnBot(variables, options);
    child = fresh;
    listening = false;
    fresh.stdout!.on("data", (part: Buffer) => {
      lines.push(part.toString());
      if (child === fresh && part.includes('"msg":"listening"')) listening = true;
    });
    fresh.stderr!.on("data", (part: Buffer) => lines.push(part.toString()));
  };
  start();
  // A test that failed has not stopped it.
  onTestFinished(() => void child?.kill("SIGKILL"));
  world.github.webhooks.setUrl(`http://127.0.0.1:${port}/api/github/webhooks`);
  return {
    start,
    output: () => lines.join(""),
    isListening: () => listening,
    stop: async () => {
      const exit = once(child!, "close");
      child!.kill("SIGTERM");
      const [code] = (await exit) as [number | null];
      return code;
    },
    kill: async () => {
      const dying = child;
      if (dying === null || dying.exitCode !== null || dying.signalCode !== null) return;
      dying.kill("SIGKILL");
      await once(dying, "exit");
    },
  };
}

/** Waits until something holds; the test's own time limit ends the wait. */
export async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await reached())) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { killContainer } from "../world/cluster/processes.ts";
import type { Moment } from "../world/journal.ts";

/** One start of the entrypoint in a root file system, as an engine would run it. */
export class RunningContainer {
  readonly root: string;
  output = "";
  /** Null while it runs. */
  exitCode: number | null = null;
  #child: ChildProcess;
  #ended: Promise<void>;

  constructor(root: string, path: string, start = 1) {
    this.root = root;
    writeFileSync(join(root, ".world/world.json"), JSON.stringify({ start }));
    this.#child = spawn(join(root, "opt/seedbed/entrypoint.sh"), {
      cwd: join(root, "opt/oracle"),
      env: { SEEDBED_ROOT: root, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#child.stdout!.on("data", (chunk: Buffer) => (this.output += chunk.toString("utf8")));
    this.#child.stderr!.on("data", (chunk: Buffer) => (this.output += chunk.toString("utf8")));
    this.#ended = this.#end();
  }

  /** The end of the first process is the end of all of them; then the last of their words are read. */
  async #end(): Promise<void> {
    const silent = once(this.#child, "close");
    const [code] = (await once(this.#child, "exit")) as [number | null];
    await killContainer(this.root);
    await silent;
    this.exitCode = code ?? -1;
  }

  /** Resolves when a line of the log matches; throws when the container ends before. */
  async sees(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      if (this.exitCode !== null) throw new Error(`ended with ${this.exitCode} before ${pattern}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The exit status, once it ends by itself. */
  async ends(): Promise<number> {
    await this.#ended;
    return this.exitCode!;
  }

  async stop(): Promise<number> {
    if (this.exitCode === null) this.#child.kill("SIGTERM");
    return this.ends();
  }

  /** Every process of the container is gone at once, as when its node loses power. */
  async kill(): Promise<void> {
    await killContainer(this.root);
    await this.#ended;
  }
}

/** What the stand-in saw of the database, moment by moment. */
export function readJournal(root: string): Moment[] {
  const file = join(root, ".world/journal.jsonl");
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Moment);
}

/** Statements that the stand-in does not know: the runtime must not send any. */
export function readRefused(root: string): string[] {
  const file = join(root, ".world/journal.jsonl.refused");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

/** Moments in which somebody without administrator's rights could have read rows that no script has masked. */
export function leaks(root: string): Moment[] {
  const hasRows = (moment: Moment): boolean => Object.values(moment.rows).some((count) => count > 0);
  const isOpen = (moment: Moment): boolean => moment.open_mode !== "MOUNTED" && !moment.restricted;
  return readJournal(root).filter((moment) => isOpen(moment) && hasRows(moment) && !moment.masked);
}

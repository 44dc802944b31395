import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ran {
  status: number;
  out: string;
}

/**
 * Mount and PID namespaces of a suite's own. Whatever ends the test process, even kill -9, ends every process in them, and
 * then their mounts, cgroups and files are gone. Needs root.
 */
export class Namespaces {
  /** Removed at the end. */
  readonly folder: string;
  /** Below each hierarchy of cgroups; removed at the end. */
  readonly cgroup: string;
  readonly #holder: ChildProcess;
  #pid = 0;

  private constructor(folder: string, flags: readonly string[]) {
    this.folder = folder;
    this.cgroup = `seedbed-${randomBytes(4).toString("hex")}`;
    this.#holder = spawn(join(import.meta.dirname, "hold.sh"), [folder, this.cgroup, ...flags], {
      stdio: ["pipe", "pipe", "inherit"],
      // Ctrl-C in a terminal reaches the tests alone: the holder still has to clean up behind them.
      detached: true,
    });
  }

  /** `flags` of unshare(1) for further namespaces, for example `--net`. */
  static async open(flags: readonly string[] = []): Promise<Namespaces> {
    const one = new Namespaces(await mkdtemp(join(tmpdir(), "seedbed-node-")), flags);
    await once(one.#holder.stdout!, "data");
    one.#pid = await firstChild(await firstChild(one.#holder.pid!));
    return one;
  }

  /** Of their first process, as this machine counts. */
  get pid(): number {
    return this.#pid;
  }

  /** A path inside, as a path of this machine: what is mounted there is only seen through it. */
  path(inside: string): string {
    return `/proc/${this.#pid}/root${inside}`;
  }

  /** A command that runs inside, as a command of this machine. */
  command(args: readonly string[]): string[] {
    return ["nsenter", "--target", String(this.#pid), "--all", "--wd=/", "--", ...args];
  }

  /** Runs a program inside to its end; both of its outputs. */
  run(...args: string[]): Promise<Ran> {
    const [program = "", ...rest] = this.command(args);
    return new Promise((resolve, reject) => {
      execFile(program, rest, { encoding: "utf8", maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        if (error && typeof error.code !== "number") reject(error);
        else resolve({ status: error ? Number(error.code) : 0, out: stdout + stderr });
      });
    });
  }

  /** As `run`; any status but 0 is an error with what was printed. */
  async must(...args: string[]): Promise<string> {
    const { status, out } = await this.run(...args);
    if (status !== 0) throw new Error(`${args.join(" ")}: status ${status}\n${out}`);
    return out;
  }

  /** Starts a program inside whose output is appended to a file. */
  start(args: readonly string[], log: string): ChildProcess {
    const output = openSync(log, "a");
    try {
      const [program = "", ...rest] = this.command(args);
      return spawn(program, rest, { stdio: ["ignore", output, output] });
    } finally {
      closeSync(output);
    }
  }

  async close(): Promise<void> {
    const ended = once(this.#holder, "exit");
    this.#holder.stdin!.end();
    await ended;
  }
}

async function firstChild(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const first = Number(children.split(" ")[0]);
  if (!first) throw new Error(`process ${pid} has no child`);
  return first;
}

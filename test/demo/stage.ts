import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import type { Lock } from "../../src/lock/lock.ts";
import type { World } from "../world/world.ts";
import { followContainer, type Until } from "./follow-container.ts";
import type { Narrator } from "./narrator.ts";
import { isWorthShowing } from "./worth-showing.ts";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** With Node's permission model: the process may only write in the repository. */
  confined?: boolean;
  environment?: Record<string, string>;
  /** Which lines of the output are shown; default: all that are worth showing. */
  show?: (line: string) => boolean;
}

/** What the chapters share: the simulated world, a repository of requests, and the command line. */
export class Stage {
  readonly world: World;
  readonly repository: string;
  readonly tell: Narrator;
  /** The output of all commands, to be searched for secrets. */
  printed = "";
  readonly #cli: string;

  constructor(world: World, tell: Narrator, cli: string) {
    this.world = world;
    this.tell = tell;
    this.repository = join(world.folder, "databases");
    this.#cli = cli;
  }

  get database() {
    return this.world.cluster.database("hr");
  }

  async git(...args: string[]): Promise<string> {
    const identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.test", "-c", "commit.gpgsign=false"];
    return (await execa("git", [...identity, ...args], { cwd: this.repository })).stdout;
  }

  async commit(message: string): Promise<void> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "-m", message);
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(join(this.repository, path, ".."), { recursive: true });
    await writeFile(join(this.repository, path), text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.repository, path), "utf8");
  }

  async lock(): Promise<Lock> {
    return parse(await this.read("environments/hr/seed.lock.yaml")) as Lock;
  }

  /** Runs `seedbed …` and shows its output, with progress bars in a terminal. */
  async seedbed(args: string[], options: RunOptions = {}): Promise<Ran> {
    this.tell.command(`seedbed ${args.join(" ")}`);
    const guard = options.confined
      ? ["--permission", "--allow-fs-read=*", `--allow-fs-write=${this.repository}/*`, "--allow-child-process"]
      : [];
    const result = await execa(process.execPath, [...guard, this.#cli, ...args], {
      cwd: this.repository,
      env: { ...this.world.environment, ...options.environment, NODE_NO_WARNINGS: "1" },
      reject: false,
      stderr: process.stderr.isTTY && options.show === undefined ? ["pipe", "inherit"] : "pipe",
    });
    const { stdout, stderr } = result;
    this.printed += `${stdout}\n${stderr}\n`;
    const { show = isWorthShowing } = options;
    const shown = `${process.stderr.isTTY && options.show === undefined ? "" : stderr}\n${stdout}`;
    this.tell.output(
      shown
        .split("\n")
        .filter((line) => line.trim() !== "" && show(line))
        .join("\n"),
    );
    return { code: result.exitCode ?? -1, stdout, stderr };
  }

  /** Does what Fleet does after a push: applies the manifests to the cluster. */
  async sync(): Promise<void> {
    const folder = join(this.repository, "environments/hr/manifests");
    const names = await readdir(folder);
    const files = names.map(async (name) => ({
      path: `environments/hr/manifests/${name}`,
      text: await readFile(join(folder, name), "utf8"),
    }));
    await this.world.cluster.sync("hr", await Promise.all(files));
  }

  /** Shows the phases of the current start as they happen, until one matches. */
  follow(reached: Until["reached"], seconds: number): Promise<void> {
    return followContainer(this.database, this.tell, { reached, seconds });
  }
}

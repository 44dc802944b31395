import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import type { Lock } from "../../../src/lock/lock.ts";
import { renderDemoSettings } from "../../demo/settings.ts";
import { findCanaries } from "../../world/canaries.ts";
import { COMPILED } from "../../world/compiled.ts";
import type { SourceSettings } from "../../world/oracle/database/options.ts";
import { removeWorld, startWorld, type World } from "../../world/world.ts";

const TOP = join(import.meta.dirname, "../../..");

export interface Ran {
  code: number | undefined;
  stdout: string;
  stderr: string;
  /** Both, for a search. */
  all: string;
}

export interface RunOptions {
  /** Added to the world's secrets; undefined takes one away. */
  environment?: Record<string, string | undefined>;
  /** Options of Node itself. */
  node?: string[];
  /** A program and its options that starts Node. */
  under?: string[];
  /** Where the command is run; the repository's top when absent. */
  folder?: string;
}

/** What the world looks like from outside: what a command that must do nothing must not change. */
export interface Outside {
  status: string;
  head: string;
  images: string[];
  exportsStarted: number;
  left: string[];
  refusedStatements: string[];
  open: { ssh: number; sessions: number };
}

/** The command line as a process of its own, in a repository of requests, against a world. */
export class Chain {
  readonly world: World;
  readonly repository: string;
  readonly folder: string;
  /** Everything that any command printed. */
  printed = "";

  private constructor(folder: string, world: World) {
    this.folder = folder;
    this.world = world;
    this.repository = join(folder, "databases");
  }

  /** A world with the example request `hr`, committed. */
  static async open(source: Partial<SourceSettings> = {}): Promise<Chain> {
    const folder = await mkdtemp(join(tmpdir(), "seedbed-chain-"));
    const chain = new Chain(folder, await startWorld({ folder, source }));
    await mkdir(chain.repository);
    await chain.git("init", "--quiet", "--initial-branch=main");
    await chain.write(".github/seedbed.yml", renderDemoSettings(chain.world));
    await cp(join(TOP, "environments/hr"), join(chain.repository, "environments/hr"), { recursive: true });
    await chain.commit("A request and its settings");
    return chain;
  }

  async close(): Promise<void> {
    await this.world.close();
    await removeWorld(this.folder);
  }

  async git(...args: string[]): Promise<string> {
    const identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.test", "-c", "commit.gpgsign=false"];
    return (await execa("git", [...identity, ...args], { cwd: this.repository })).stdout;
  }

  async commit(message: string): Promise<void> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--allow-empty", "-m", message);
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.repository, path)), { recursive: true });
    await writeFile(join(this.repository, path), text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.repository, path), "utf8");
  }

  /** Replaces text that must be there. */
  async edit(path: string, from: string | RegExp, to: string): Promise<void> {
    const before = await this.read(path);
    const there = typeof from === "string" ? before.includes(from) : from.test(before);
    if (!there) throw new Error(`${path} has no ${String(from)}`);
    const after = before.replace(from, to);
    await this.write(path, after);
  }

  async link(path: string, target: string): Promise<void> {
    await rm(join(this.repository, path), { force: true });
    await symlink(target, join(this.repository, path));
  }

  /** Takes back everything since a commit. */
  async restore(commit = "HEAD"): Promise<void> {
    await this.git("reset", "--quiet", "--hard", commit);
    await this.git("clean", "--quiet", "-fd");
  }

  async lock(): Promise<Lock> {
    return parse(await this.read("environments/hr/seed.lock.yaml")) as Lock;
  }

  /** Runs `seedbed …` to its end. */
  async seedbed(args: string[], options: RunOptions = {}): Promise<Ran> {
    const { exitCode: code, stdout, stderr } = await this.start(args, options);
    const all = `${stdout}\n${stderr}`;
    this.printed += all;
    return { code, stdout, stderr, all };
  }

  /** Starts `seedbed …`; what it prints is not searched for secrets until `seedbed` or the caller does. */
  start(args: string[], { environment = {}, node = [], under = [], folder = this.repository }: RunOptions = {}) {
    const env = {
      PATH: process.env["PATH"],
      HOME: this.folder,
      NODE_COMPILE_CACHE: COMPILED,
      ...this.world.environment,
      ...environment,
    };
    const [program, ...rest] = [...under, process.execPath, ...node, join(TOP, "src/cli.ts"), ...args];
    return execa(program!, rest, {
      cwd: folder,
      env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
      extendEnv: false,
      reject: false,
    });
  }

  /** What has to be the same after a command that failed. */
  async outside(): Promise<Outside> {
    const { source, registry, ssh, listener } = this.world;
    const { exports, jobs_left: jobs, files_left: files, refusals } = source.counts();
    return {
      status: await this.git("status", "--porcelain", "--untracked-files=all"),
      head: await this.git("rev-parse", "HEAD"),
      images: [...registry.counters.manifests],
      exportsStarted: exports.started,
      left: [...jobs, ...files],
      refusedStatements: refusals,
      open: { ssh: ssh.openSockets(), sessions: listener.counters.sessions },
    };
  }

  /** Names of the canary secrets in everything that was printed so far. */
  leaked(): string[] {
    return findCanaries(this.printed);
  }
}

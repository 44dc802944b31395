import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killContainer } from "../cluster/processes.ts";
import type { Moment } from "../journal.ts";
import type { BASE_IMAGES, BaseImage } from "./profiles.ts";
import { buildBaseRootfs, containerPath } from "./rootfs.ts";

/** A base image's root file system with its own start program and nothing of Seedbed in it. */
export interface RunningBase {
  root: string;
  image: BaseImage;
  /** Starts the image's own start and waits for a text in its output. */
  start(wait: RegExp, env?: Record<string, string>): Promise<string>;
  /** Runs a program inside; stdin is the text. */
  run(command: string[], input?: string, env?: Record<string, string>): Promise<Ran>;
  /** One sqlplus as SYSDBA with the usual settings. */
  sql(script: string): Promise<Ran>;
  moments(): Promise<Moment[]>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

export interface Ran {
  status: number;
  out: string;
}

const SETTINGS = "SET DEFINE OFF FEEDBACK OFF HEADING OFF PAGESIZE 0 LINESIZE 32767 SERVEROUTPUT ON SIZE UNLIMITED\n";

export async function makeBase(profile: keyof typeof BASE_IMAGES): Promise<RunningBase> {
  const root = await mkdtemp(join(tmpdir(), "seedbed-base-"));
  const image = await buildBaseRootfs(root, { profile });
  await mkdir(join(root, "home/oracle"), { recursive: true });
  const environment = (more: Record<string, string> = {}): Record<string, string> => ({
    SEEDBED_ROOT: root,
    PATH: containerPath(root, image),
    ...more,
  });
  const run: RunningBase["run"] = ([command = "", ...args], input = "", env = {}) =>
    new Promise((resolve) => {
      const child = execFile(
        join(root, "usr/bin/env"),
        ["--", command, ...args],
        { env: environment(env) },
        (error, stdout, stderr) => resolve({ status: error ? Number(error.code) : 0, out: stdout + stderr }),
      );
      // A program that is not there, or that has seen enough, reads nothing.
      child.stdin!.on("error", () => undefined);
      child.stdin!.end(input);
    });
  let child: ChildProcess | null = null;
  return {
    root,
    image,
    start: async (wait, env = {}) => {
      const log = join(root, "start.log");
      await writeFile(log, "");
      child = startIn({ root, image, log, env: environment(env) });
      return waitForText(log, wait, child);
    },
    run,
    sql: (script) => run(["sqlplus", "-L", "-S", "-R", "3", "/", "as", "sysdba"], SETTINGS + script),
    moments: async () => {
      const file = join(root, ".world/journal.jsonl");
      return existsSync(file)
        ? (await readFile(file, "utf8"))
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line) as Moment)
        : [];
    },
    kill: () => killContainer(root),
    remove: async () => {
      await killContainer(root);
      await rm(root, { recursive: true, force: true });
    },
  };
}

function startIn(of: { root: string; image: BaseImage; log: string; env: Record<string, string> }): ChildProcess {
  const { Entrypoint = [], Cmd = [] } = of.image.config;
  const inside = [...Entrypoint, ...Cmd].map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(" ");
  const base = `ORACLE_BASE=${of.root}/opt/oracle RUN_FILE=runOracle.sh exec ${inside} >>${of.log} 2>&1`;
  return spawn("bash", ["-c", base], {
    cwd: join(of.root, "home/oracle"),
    env: of.env,
    detached: true,
    stdio: "ignore",
  });
}

async function waitForText(log: string, wait: RegExp, child: ChildProcess): Promise<string> {
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (let over = false; ;) {
    const text = await readFile(log, "utf8");
    if (wait.test(text)) return text;
    if (over) throw new Error(`the start ended without ${wait}:\n${text}`);
    await Promise.race([ended.then(() => (over = true)), new Promise((resolve) => setTimeout(resolve, 30))]);
  }
}

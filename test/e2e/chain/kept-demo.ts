import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import type { Lock } from "../../../src/lock/lock.ts";
import type { WorldCounts } from "../../world/counts.ts";
import type { Moment } from "../../world/journal.ts";

/** What `--keep` left of a demo, read with nothing of the product's code and nothing of the demo's own checks. */
export class KeptDemo {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  text(path: string): Promise<string> {
    return readFile(join(this.folder, path), "utf8");
  }

  bytes(path: string): Promise<Buffer> {
    return readFile(join(this.folder, path));
  }

  async counts(): Promise<WorldCounts> {
    return JSON.parse(await this.text("world.json")) as WorldCounts;
  }

  async moments(path = "journal.jsonl"): Promise<Moment[]> {
    const lines = (await this.text(path)).trim().split("\n");
    return lines.map((line) => JSON.parse(line) as Moment);
  }

  async git(...args: string[]): Promise<string> {
    return (await execa("git", args, { cwd: join(this.folder, "databases") })).stdout;
  }

  /** The lock as it was committed with this message. */
  async lockOf(message: string): Promise<Lock> {
    const commit = (await this.git("log", "--format=%H", `--grep=^${message}`)).trim();
    return parse(await this.git("show", `${commit}:environments/hr/seed.lock.yaml`)) as Lock;
  }

  /** `phase event` lines of the container's log, in order; `start` begins a container. */
  async phases(path = "cluster/hr/log.txt"): Promise<string[]> {
    const lines = (await this.text(path)).split("\n");
    return lines.flatMap((line) => {
      const [, phase, event, rest = ""] = /^seedbed phase=(\S+) event=(\S+)(.*)/.exec(line) ?? [];
      if (phase === undefined) return [];
      return rest.includes("profile ") ? ["start"] : [`${phase} ${event}`];
    });
  }

  /** Paths of all regular files, from the kept folder. */
  async files(below = ""): Promise<string[]> {
    const entries = await readdir(join(this.folder, below), { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .toSorted();
  }
}

/** `sha256:…` of bytes or text. */
export function sha256(bytes: string | Uint8Array): `sha256:${string}` {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** RFC 8785 for what locks hold: texts, whole numbers, booleans, lists, and objects with ASCII keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
}

/** People's tables with rows; a Data Pump job of Seedbed's has a table of its own. */
export function peoplesRows({ rows }: Moment): Record<string, number> {
  return Object.fromEntries(Object.entries(rows).filter(([name, count]) => !name.startsWith("SEEDBED_") && count > 0));
}

/** Whoever has an account can come in. */
export function isOpen({ open_mode: mode, restricted }: Moment): boolean {
  return mode !== "MOUNTED" && !restricted;
}

/**
 * Moments between the begin of an import and the end of its masking, by our own reading of the events: with rows, or with
 * rows to come.
 */
export function momentsWithRawData(moments: Moment[]): Moment[] {
  let raw = false;
  return moments.filter(({ program, event, tag }) => {
    if (program === "impdp" && event === "IMPORT SEEDBED_IMPORT_1 started") raw = true;
    if (tag === "10-secure.sql" && event === "COMMIT") raw = false;
    return raw;
  });
}

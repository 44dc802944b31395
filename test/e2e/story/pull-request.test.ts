import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Lock } from "../../../src/lock/lock.ts";
import { findCanaries } from "../../world/canaries.ts";
import type { Moment } from "../../world/journal.ts";

const TOP = join(import.meta.dirname, "../../..");

interface Kept {
  exports: { started: number; completed: number };
  data_pump: { jobs_left: string[]; files_left: string[]; statements_refused: number };
  git: { pushes_refused: { user: string; ref: string }[]; commits_by: Record<string, number> };
  github: {
    merges_refused: { pull: number; why: string }[];
    violations: string[];
    webhooks: { sent: number; refused: number };
  };
  runs: { job: string; conclusion: string; database: string | null; files_written_bytes: number }[];
}

describe("the story of the pull request, read from what the world kept", () => {
  let folder = "";
  let output = "";
  let code: number | undefined;
  let kept: Kept;
  const git = async (...args: string[]) => (await execa("git", args, { cwd: join(folder, "github.git") })).stdout;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "seedbed-story-"));
    const ran = await execa(process.execPath, [join(TOP, "test/demo/main.ts"), "--keep", folder], {
      all: true,
      reject: false,
    });
    output = ran.all;
    code = ran.exitCode;
    kept = JSON.parse(await readFile(join(folder, "world.json"), "utf8")) as Kept;
  });
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  test("ends well, with its table of proofs", () => {
    expect(code, output.slice(-3000)).toBe(0);
    expect(output).toContain("What was shown");
  });

  test("only merges and the App wrote to main, apart from the initial commit", async () => {
    // acme made the initial commit; what root pushed past the ruleset was taken back; mallory's documents were merged by ada.
    expect(Object.keys(kept.git.commits_by).toSorted()).toEqual(["acme", "ada", "mallory", "seedbed[bot]"]);
    const merges = (await git("log", "--first-parent", "--merges", "--format=%an: %s", "main")).split("\n");
    expect(merges.every((line) => line.startsWith("ada: Merge pull request #"))).toBe(true);
    const subjects = (await git("log", "--format=%an: %s", "main")).split("\n");
    expect(subjects.filter((line) => line.startsWith("seedbed[bot]: Seed hr: generation"))).toHaveLength(3);
    expect(kept.git.pushes_refused).toMatchObject([{ user: "mallory", ref: "refs/heads/main" }]);
    expect(kept.github.merges_refused.length).toBeGreaterThan(0);
    expect(await git("ls-tree", "-r", "--name-only", "main", ".github/workflows")).toBe(
      ".github/workflows/provision.yml",
    );
  });

  test("exports ran only for permits and left nothing on the source", async () => {
    // Two jobs each for the first seed, the one that failed, the retry and the reseed of the bot that was down.
    expect(kept.exports.completed).toBeLessThanOrEqual(kept.exports.started);
    expect(kept.data_pump).toEqual({ jobs_left: [], files_left: [], statements_refused: 0 });
    const seeds = kept.runs.filter(({ job, conclusion }) => job === "seed" && conclusion === "success");
    const lock = parse(await git("show", "main:environments/hr/seed.lock.yaml")) as Lock;
    expect(seeds).toHaveLength(3);
    expect(lock.generation).toBe(4);
    for (const { files_written_bytes: bytes } of kept.runs) expect(bytes).toBeLessThan(100_000);
  });

  test("every request of bot and Action matches GitHub's API description, and no webhook was refused", () => {
    expect(kept.github.violations).toEqual([]);
    expect(kept.github.webhooks.refused).toBe(0);
  });

  test("the database was never open with unmasked data", async () => {
    const text = await readFile(join(folder, "journal.jsonl"), "utf8");
    const moments = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Moment);
    const open = moments.filter(
      ({ open_mode: mode, restricted, rows }) =>
        mode === "READ WRITE" && !restricted && Object.values(rows).some((count) => count > 0),
    );
    expect(open.length).toBeGreaterThan(0);
    expect(open.filter(({ masked }) => !masked)).toEqual([]);
    expect(moments.at(-1)?.rows["HR.EMPLOYEES"]).toBe(1358);
  });

  test("no secret is in anything that people or programs can read", async () => {
    const found = findCanaries(output);
    for (const part of ["runs", "machines", "pulls", "clone", "rootfs", "bot.log", "github.git"])
      for (const path of await listFiles(join(folder, part)))
        found.push(...findCanaries((await readFile(path)).toString("latin1")).map((name) => `${name} in ${path}`));
    expect(found).toEqual([]);
  });
});

async function listFiles(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOTDIR") return null;
      throw error;
    },
  );
  if (entries === null) return [path];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";

const DEMO = join(import.meta.dirname, "../../demo/main.ts");

it.each(["SIGINT", "SIGTERM"] as const)(
  "the demo that is stopped by %s closes its world and leaves no folder",
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), "stop-demo-"));
    const child = execa(process.execPath, [DEMO, "--story", "chain"], {
      reject: false,
      env: { TMPDIR: folder, NODE_NO_WARNINGS: "1" },
    });
    let stopped = false;
    child.stdout.on("data", (chunk: Buffer) => {
      if (stopped || !chunk.toString("utf8").includes("seedbed ")) return;
      stopped = true;
      // Twice, as a package manager passes on what the terminal sent already.
      child.kill(signal);
      child.kill(signal);
    });
    const ended = await child;
    expect(ended.signal, ended.stderr).toBe(signal);
    expect(ended.stderr).toContain(`${signal}: the demo was stopped`);
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  },
);

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { leaks, readJournal, RunningContainer } from "./running-container.ts";
import { sampleApply } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret } from "./seeded-root.ts";

let root: string;
let container: RunningContainer | null = null;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-attempts-"));
});

afterEach(async () => {
  await container?.kill();
  container = null;
  await rm(root, { recursive: true, force: true });
});

async function start(path: string, number = 1): Promise<RunningContainer> {
  await container?.kill();
  container = new RunningContainer(root, path, number);
  return container;
}

/** The same inputs fail so often again. */
function failAgain(times: number): void {
  const load = `set -Eeuo pipefail; source "$SEEDBED_ROOT/opt/seedbed/lib/load.sh"; attempts_identify`;
  execFileSync("bash", ["--norc", "-c", `${load}; for ((n = 0; n < ${times}; n++)); do attempts_count; done`], {
    env: { PATH: process.env["PATH"], SEEDBED_ROOT: root },
    stdio: ["ignore", "inherit", "inherit"],
  });
}

test("a whole database opens again however often its base could not start", async () => {
  const path = await buildSeededRoot(root);
  await putConfigMap(root, "apply", sampleApply());
  await putSecret(root, "hr-app/password", "App_secret1");
  await (await start(path)).sees(/phase=open event=done/);
  await container!.stop();
  // As PID 1 does when the base ends before the machine begins.
  failAgain(3);
  await start(path, 2);
  await expect.poll(() => existsSync(join(root, "dev/shm/seedbed/ready"))).toBe(true);
  expect(container!.output).not.toMatch(/holding/);
  expect(readJournal(root).at(-1)).toMatchObject({ restricted: false });
});

test("a password that comes after three attempts is worth another one", async () => {
  const path = await buildSeededRoot(root);
  await putConfigMap(root, "apply", sampleApply());
  const failing = await start(path);
  expect(await failing.ends()).toBe(1);
  expect(failing.output).toMatch(/phase=configured event=fail code=secret-missing/);
  failAgain(2);
  const held = await start(path, 4);
  await held.sees(/holding/);
  await putSecret(root, "hr-app/password", "Late_secret1");
  await held.sees(/phase=open event=done/);
  expect(leaks(root)).toEqual([]);
});

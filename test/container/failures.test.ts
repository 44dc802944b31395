import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { leaks, readJournal, RunningContainer } from "./running-container.ts";
import { sampleApply, sampleSeed } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret } from "./seeded-root.ts";

let root: string;
let container: RunningContainer | null = null;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-failures-"));
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

const volume = (name: string): string => join(root, "opt/oracle/oradata/.seedbed", name);

test("a masking script that fails leaves the database restricted, quotes Oracle and ends with a status", async () => {
  const seed = sampleSeed({
    scripts: { pre_import: [], masking: [{ path: "scripts/mask.sql", text: "UPDATE HR.NO_SUCH SET A = 1;\n" }] },
  });
  const path = await buildSeededRoot(root, { seed });
  await putConfigMap(root, "apply", sampleApply());
  const failing = await start(path);
  expect(await failing.ends()).toBe(1);
  expect(failing.output).toMatch(/phase=secured event=fail code=script-failed text="10-secure.sql: ORA-00942/);
  expect(leaks(root)).toEqual([]);
  const withRows = readJournal(root).filter(({ rows }) => (rows["HR.EMPLOYEES"] ?? 0) > 0);
  expect(withRows.length).toBeGreaterThan(0);
  expect(withRows.every(({ restricted, open_mode }) => restricted || open_mode === "MOUNTED")).toBe(true);
});

test("a Secret that is missing stops at the accounts; hold keeps the container, and the Secret's arrival goes on", async () => {
  const path = await buildSeededRoot(root);
  await putConfigMap(root, "apply", sampleApply({ on_failure: "hold" }));
  const held = await start(path);
  await held.sees(/phase=configured event=fail code=secret-missing .*hr-app\/password/);
  await held.sees(/holding/);
  expect(held.exitCode).toBeNull();
  expect(readJournal(root).at(-1)).toMatchObject({ restricted: true });
  await putSecret(root, "hr-app/password", "Late_secret1");
  await held.sees(/phase=open event=done/);
  expect(leaks(root)).toEqual([]);
  await expect.poll(() => existsSync(volume("failure"))).toBe(false);
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readJournal, RunningContainer } from "./running-container.ts";
import { sampleApply, sampleSeed } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret, putSeed } from "./seeded-root.ts";

let root: string;
let container: RunningContainer | null = null;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-locked-"));
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

test("accounts of the request are locked while new data comes, also where the request leaves accounts open", async () => {
  const imported = sampleSeed().import;
  const seed = sampleSeed({ safety: { ...imported.safety, lock_accounts: false } });
  const path = await buildSeededRoot(root, { seed });
  const users = [{ name: "APP", password_secret: { name: "hr-app", key: "password" }, roles: ["DBA"], grants: [] }];
  await putConfigMap(root, "apply", sampleApply({ users }));
  await putSecret(root, "hr-app/password", "App_secret1");
  await (await start(path)).sees(/phase=open event=done/);
  await container!.stop();
  await putSeed(root, { seed, reset: 1 });
  await (await start(path, 2)).sees(/phase=open event=done/);
  const raw = readJournal(root).filter(
    ({ start: at, rows, masked }) => at === 2 && (rows["HR.EMPLOYEES"] ?? 0) > 0 && !masked,
  );
  expect(raw.length).toBeGreaterThan(0);
  expect(raw.filter(({ users_unlocked }) => users_unlocked.includes("APP"))).toEqual([]);
  expect(readJournal(root).at(-1)!.users_unlocked).toContain("APP");
});

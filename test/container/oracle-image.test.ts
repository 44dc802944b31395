import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { leaks, readJournal, readRefused, RunningContainer } from "./running-container.ts";
import { EMPLOYEES, sampleApply } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret } from "./seeded-root.ts";

let root: string;
let container: RunningContainer | null = null;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-oracle-"));
});

afterEach(async () => {
  await container?.kill();
  container = null;
  await rm(root, { recursive: true, force: true });
});

test(
  "Oracle's own image, killed while it is made and while it imports, ends open with every row",
  { timeout: 120_000 },
  async () => {
    const path = await buildSeededRoot(root, { profile: "free-26ai" });
    await putConfigMap(root, "apply", sampleApply());
    await putSecret(root, "hr-app/password", "Oracle_secret1");
    for (const [index, moment] of [/Confirm the password/, /phase=imported event=start/].entries()) {
      container = new RunningContainer(root, path, index + 1);
      await container.sees(moment);
      await container.kill();
    }
    container = new RunningContainer(root, path, 3);
    await container.sees(/phase=open event=done/);
    expect(leaks(root)).toEqual([]);
    expect(readRefused(root)).toEqual([]);
    const last = readJournal(root).at(-1)!;
    expect(last).toMatchObject({ restricted: false, masked: true, rows: { "HR.EMPLOYEES": EMPLOYEES.rows.length } });
    expect(await container.stop()).toBe(143);
  },
);

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
  root = await mkdtemp(join(tmpdir(), "seedbed-kill-"));
});

afterEach(async () => {
  await container?.kill();
  container = null;
  await rm(root, { recursive: true, force: true });
});

/** What is in the log when everything is killed, start by start. */
const MOMENTS = [
  ["while the base unpacks", /uncompressing/],
  ["while the dump is copied", /phase=found event=start/],
  ["while owners are made", /phase=prepared event=start/],
  ["in the middle of the import", /phase=imported event=start/],
  ["after the rows came, before they are counted", /phase=imported event=done/],
  ["while scripts mask", /script 10-secure\.sql/],
  ["while it is opened", /phase=open event=start/],
] as const;

test(
  "killed again and again in one life, it ends open with every row and leaks none",
  { timeout: 180_000 },
  async () => {
    const path = await buildSeededRoot(root);
    await putConfigMap(root, "apply", sampleApply());
    await putSecret(root, "hr-app/password", "Kill_secret1");
    for (const [index, [, moment]] of MOMENTS.entries()) {
      container = new RunningContainer(root, path, index + 1);
      await container.sees(moment);
      await container.kill();
    }
    container = new RunningContainer(root, path, MOMENTS.length + 1);
    await container.sees(/phase=open event=done/);
    expect(leaks(root)).toEqual([]);
    const last = readJournal(root).at(-1)!;
    expect(last).toMatchObject({ open_mode: "READ WRITE", restricted: false, masked: true, users_unlocked: ["APP"] });
    expect(last.rows).toEqual({ "HR.EMPLOYEES": EMPLOYEES.rows.length });
    expect(new Set(readJournal(root).map(({ start }) => start)).size).toBeGreaterThan(4);
    expect(readRefused(root)).toEqual([]);
  },
);

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { leaks, readJournal, readRefused, RunningContainer } from "./running-container.ts";
import { EMPLOYEES, sampleApply } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret, recreateContainer } from "./seeded-root.ts";

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
  ["while the dump is copied", /phase=found event=start/],
  ["while owners are made", /phase=prepared event=start/],
  ["in the middle of the import", /phase=imported event=start/],
  ["after the rows came, before they are counted", /phase=imported event=done/],
  ["while scripts mask", /script 10-secure\.sql/],
  ["while it is opened", /phase=open event=start/],
] as const;

const UNPACKING = /uncompressing/;

test("killed again and again over one volume, it ends open with every row and leaks none", async () => {
  const path = await buildSeededRoot(root);
  await putConfigMap(root, "apply", sampleApply());
  await putSecret(root, "hr-app/password", "Kill_secret1");
  container = new RunningContainer(root, path);
  await container.sees(UNPACKING);
  await container.kill();
  // Its image removes the archive once it is unpacked: only a new container has it for sure.
  await recreateContainer(root);
  for (const [index, [, moment]] of MOMENTS.entries()) {
    container = new RunningContainer(root, path, index + 2);
    await container.sees(moment);
    await container.kill();
  }
  container = new RunningContainer(root, path, MOMENTS.length + 2);
  await container.sees(/phase=open event=done/);
  expect(leaks(root)).toEqual([]);
  const last = readJournal(root).at(-1)!;
  expect(last).toMatchObject({ open_mode: "READ WRITE", restricted: false, masked: true, users_unlocked: ["APP"] });
  expect(last.rows).toEqual({ "HR.EMPLOYEES": EMPLOYEES.rows.length });
  expect(new Set(readJournal(root).map(({ start }) => start)).size).toBeGreaterThan(4);
  expect(readRefused(root)).toEqual([]);
});

test("started again without the archive and without a whole database, it says to make the container anew", async () => {
  const path = await buildSeededRoot(root);
  await putConfigMap(root, "apply", sampleApply());
  await putSecret(root, "hr-app/password", "Kill_secret1");
  // What a kill leaves between the image's `rm FREE.7z` and its moves onto the volume.
  await rm(join(root, "opt/oracle/FREE.7z"));
  await mkdir(join(root, "opt/oracle/oradata/FREE"), { recursive: true });
  container = new RunningContainer(root, path);
  expect(await container.ends()).toBe(86);
  expect(container.output).toContain("code=base-archive-missing");
  expect(container.output).toContain("recreate the container");
  await recreateContainer(root);
  container = new RunningContainer(root, path, 2);
  await container.sees(/phase=open event=done/);
  expect(readRefused(root)).toEqual([]);
});

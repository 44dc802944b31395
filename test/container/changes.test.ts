import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leaks, readJournal, readRefused, RunningContainer } from "./running-container.ts";
import { EMPLOYEES, sampleApply, sampleDumpSet } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret, putSeed } from "./seeded-root.ts";

let root: string;
let path: string;
let container: RunningContainer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-changes-"));
  path = await buildSeededRoot(root);
  await putConfigMap(root, "apply", sampleApply());
  await putSecret(root, "hr-app/password", "First_secret1");
  container = new RunningContainer(root, path);
  await container.sees(/phase=open event=done/);
});

afterAll(async () => {
  await container.kill();
  await rm(root, { recursive: true, force: true });
});

const state = (phase: string): Promise<string> =>
  readFile(join(root, "opt/oracle/oradata/.seedbed/state", phase), "utf8");
const seen = (): number => readJournal(root).length;

test("a change of the request is applied while people work: no import, no restriction, no masking again", async () => {
  const before = {
    imported: await state("imported"),
    secured: await state("secured"),
    moments: seen(),
    output: container.output.length,
  };
  const user = {
    name: "QA",
    password_secret: { name: "hr-qa", key: "password" },
    roles: [],
    grants: ["CREATE TABLE"],
  };
  await putSecret(root, "hr-qa/password", "Second_secret1");
  await putConfigMap(root, "apply", sampleApply({ users: [user], parameters: { open_cursors: 700 } }));
  await container.sees(/phase=open event=done[\s\S]*phase=open event=done/);
  const log = container.output.slice(before.output);
  expect(log).toMatch(/phase=secured event=skip\n(?:.*\n)*?seedbed phase=configured event=start/);
  expect(await state("imported")).toBe(before.imported);
  expect(await state("secured")).toBe(before.secured);
  const moments = readJournal(root).slice(before.moments);
  expect(moments.every(({ restricted, open_mode }) => !restricted && open_mode === "READ WRITE")).toBe(true);
  expect(moments.some(({ tag }) => tag?.endsWith("secure.sql"))).toBe(false);
  expect(moments.at(-1)!.users_unlocked).toEqual(["QA"]);
});

test("a configuration that is not what its sums say is not applied", async () => {
  const files = sampleApply({ parameters: { open_cursors: 900 } });
  const damaged = files.map((file) =>
    file.path === "parameters.tsv" ? { ...file, text: "open_cursors\t901\n" } : file,
  );
  const before = seen();
  await putConfigMap(root, "apply", damaged);
  const beat = join(root, "dev/shm/seedbed/heartbeat");
  const since = (await stat(beat)).mtimeMs;
  await expect.poll(async () => (await stat(beat)).mtimeMs - since).toBeGreaterThan(3000);
  expect(seen()).toBe(before);
});

test("a reseed wins over the old volume: the new dump set is imported, restricted, and the old rows are gone", async () => {
  await container.stop();
  const table = { ...EMPLOYEES, rows: EMPLOYEES.rows.slice(0, 7) };
  await putSeed(root, { dumpSet: sampleDumpSet({ tables: [table] }) });
  // From the image itself: nothing is kept on the volume.
  await putConfigMap(root, "apply", sampleApply({ storage: { size: "1Gi", keep_dump: false } }));
  const before = await state("imported");
  container = new RunningContainer(root, path, 2);
  await container.sees(/phase=open event=done/);
  expect(await state("imported")).not.toBe(before);
  expect(readJournal(root).at(-1)!.rows).toEqual({ "HR.EMPLOYEES": 7 });
  expect(leaks(root)).toEqual([]);
  expect(readRefused(root)).toEqual([]);
  await expect(stat(join(root, "opt/oracle/oradata/.seedbed/dump"))).rejects.toThrow(/ENOENT/);
});

test("an instance that is gone ends the container, so that it is started again", async () => {
  const mine = readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && commandOf(pid).includes(`${root}/`) && commandOf(pid).includes("pmon"),
  );
  expect(mine.length).toBeGreaterThan(0);
  for (const pid of mine) process.kill(Number(pid), "SIGKILL");
  expect(await container.ends()).toBe(1);
  expect(container.output).toMatch(/event=fail code=instance-gone/);
  container = new RunningContainer(root, path, 3);
  await container.sees(/phase=open event=(skip|done)/);
  expect(readJournal(root).at(-1)!.rows).toEqual({ "HR.EMPLOYEES": 7 });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    // It has ended in the meantime.
    return "";
  }
}

test("a damaged chain of state files stops instead of replacing the data", async () => {
  await container.stop();
  const file = join(root, "opt/oracle/oradata/.seedbed/state/verified");
  await writeFile(file, (await readFile(file, "utf8")).replace("finished=2", "finished=1"));
  const before = readJournal(root).filter(({ program }) => program === "impdp").length;
  container = new RunningContainer(root, path, 4);
  expect(await container.ends()).toBe(1);
  expect(container.output).toMatch(/event=fail code=state-damaged/);
  expect(readJournal(root).filter(({ program }) => program === "impdp").length).toBe(before);
});

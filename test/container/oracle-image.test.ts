import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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

test("Oracle's own image, killed while it is made and while it imports, ends open with every row", async () => {
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
});

test("Oracle's image of 19c gets memory with room beside it, and the password that it prints opens nothing", async () => {
  const path = await buildSeededRoot(root, { profile: "ee-19c" });
  await putConfigMap(root, "apply", sampleApply());
  await putSecret(root, "hr-app/password", "Oracle_secret1");
  await mkdir(join(root, "sys/fs/cgroup"), { recursive: true });
  await writeFile(join(root, "sys/fs/cgroup/memory.max"), `${6 * 1024 ** 3}\n`);
  let printed = "";
  for (const [index, moment] of [/phase=restricted event=start/, /phase=secured event=start/].entries()) {
    container = new RunningContainer(root, path, index + 1);
    await container.sees(moment);
    await container.kill();
    printed ||= /^ORACLE PASSWORD FOR .*: (\S+)$/m.exec(container.output)![1]!;
  }
  container = new RunningContainer(root, path, 3);
  await container.sees(/phase=open event=done/);
  const config = join(root, "opt/oracle/oradata/dbconfig/ORCLCDB/spfileORCLCDB.ora");
  expect(JSON.parse(await readFile(config, "utf8"))).toEqual({
    sga_target: String(3072 * 1024 ** 2),
    pga_aggregate_target: String(1228 * 1024 ** 2),
  });
  expect(leaks(root)).toEqual([]);
  expect(readRefused(root)).toEqual([]);
  expect(readJournal(root).at(-1)).toMatchObject({ restricted: false, masked: true, db_links: 0 });
  const accounts = JSON.parse(await readFile(join(root, "opt/oracle/oradata/ORCLCDB/control01.ctl"), "utf8")) as {
    containers: { users: { name: string; password: string | null }[] }[];
  };
  const passwords = accounts.containers
    .flatMap(({ users }) => users)
    .filter(({ name }) => ["SYSTEM", "PDBADMIN"].includes(name))
    .map(({ password }) => password);
  expect(passwords).toContainEqual(expect.stringMatching(/^Sb1_/));
  expect(passwords.filter((password) => password === printed)).toEqual([]);
  expect(await container.stop()).toBe(143);
});

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRefused, RunningContainer } from "./running-container.ts";
import { EMPLOYEES, sampleApply, sampleDumpSet } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret } from "./seeded-root.ts";

const run = promisify(execFile);
const POLICY = {
  owner: "HR",
  type: "RLS_POLICY",
  name: "OWN_ROWS",
  status: "VALID",
  detail: { table: "EMPLOYEES" },
} as const;

let root: string;
let path: string;
let container: RunningContainer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-backup-"));
  path = await buildSeededRoot(root, { dumpSet: sampleDumpSet({ objects: [POLICY] }) });
  await putConfigMap(root, "apply", sampleApply());
  await putSecret(root, "hr-app/password", "Backup_secret1");
  container = new RunningContainer(root, path);
  await container.sees(/phase=open event=done/);
});

afterAll(async () => {
  await container.kill();
  await rm(root, { recursive: true, force: true });
});

/** What a backup made now says, whether it ends well or not. */
async function backup(): Promise<string> {
  const env = { SEEDBED_ROOT: root, PATH: path };
  const program = join(root, "opt/seedbed/lib/backup-now.sh");
  return run(program, { env }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

const folder = (name = ""): string => join(root, "opt/oracle/oradata/.seedbed/backups", name);
const names = async (): Promise<string[]> => (await readdir(folder())).toSorted();

test("a backup has every row of a table whose policy hides rows", async () => {
  expect(await backup()).toMatch(/event=done .*restore tested/);
  const [name] = await names();
  expect(await readFile(folder(`${name}/rows.tsv`), "utf8")).toBe(`HR\tEMPLOYEES\t${EMPLOYEES.rows.length}\n`);
  expect(readRefused(root)).toEqual([]);
});

test("a lock that a killed backup left holds nobody up; a living one does, and twice is a failure", async () => {
  const lock = join(root, "dev/shm/seedbed/backup.lock");
  const other = spawn("sleep", ["60"]);
  await once(other, "spawn");
  const start = (await readFile(`/proc/${other.pid}/stat`, "utf8")).replace(/^.*\) /s, "").split(" ")[19];
  try {
    await writeFile(lock, `${other.pid} ${start}\n`);
    expect(await backup()).toMatch(/phase=backup event=skip text="another backup is running"/);
    expect(await backup()).toMatch(/phase=backup event=fail code=backup-stuck/);
    // The same number, but a process that began at another time.
    await writeFile(lock, `${other.pid} 1\n`);
    expect(await backup()).toMatch(/phase=backup event=done/);
    await writeFile(lock, `${other.pid} ${start}\n`);
    expect(await backup()).toMatch(/phase=backup event=skip/);
  } finally {
    other.kill("SIGKILL");
    await once(other, "exit");
  }
  expect(await backup()).toMatch(/phase=backup event=done/);
  expect(existsSync(lock)).toBe(false);
});

test("a backup that is killed in the middle does not stop the next one", async () => {
  const child = spawn(join(root, "opt/seedbed/lib/backup-now.sh"), {
    env: { SEEDBED_ROOT: root, PATH: path },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  process.kill(-child.pid!, "SIGKILL");
  await ended;
  expect(existsSync(join(root, "dev/shm/seedbed/backup.lock"))).toBe(true);
  expect(await backup()).toMatch(/phase=backup event=done/);
  expect((await names()).every((name) => /^\d{8}T\d{6}Z$/.test(name))).toBe(true);
});

test("backups whose test fails are never counted as good, and one of them stays", async () => {
  const before = await names();
  const file = join(root, "opt/seedbed/lib/restore-test.sh");
  const text = await readFile(file, "utf8");
  await writeFile(file, `${text}restore_compare() { fail restore-differs "one row is missing" "Look."; }\n`);
  for (let night = 0; night < 3; night += 1) {
    expect(await backup()).toMatch(/event=fail code=restore-differs/);
    await new Promise((resolve) => setTimeout(resolve, 1100));
  }
  const after = await names();
  expect(after.filter((name) => !name.startsWith("untested-"))).toEqual(before);
  expect(after.filter((name) => name.startsWith("untested-"))).toHaveLength(2);
  await writeFile(file, text);
  expect(await backup()).toMatch(/event=done/);
  expect((await names()).filter((name) => name.startsWith("untested-"))).toHaveLength(1);
});

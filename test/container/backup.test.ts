import { execFile } from "node:child_process";
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
}, 120_000);

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

test("a backup has every row of a table whose policy hides rows", { timeout: 60_000 }, async () => {
  expect(await backup()).toMatch(/event=done .*restored and counted/);
  const [name] = await names();
  expect(await readFile(folder(`${name}/rows.tsv`), "utf8")).toBe(`HR\tEMPLOYEES\t${EMPLOYEES.rows.length}\n`);
  expect(readRefused(root)).toEqual([]);
});

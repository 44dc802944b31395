import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../world/image/database/model.ts";
import { readRefused, RunningContainer } from "./running-container.ts";
import { sampleApply } from "./samples.ts";
import { buildSeededRoot, putConfigMap, putSecret } from "./seeded-root.ts";

const run = promisify(execFile);
const SECRET = { name: "hr-app", key: "password" };
const app = (roles: string[], grants: string[] = []) => [{ name: "APP", password_secret: SECRET, roles, grants }];

let root: string;
let path: string;
let container: RunningContainer;
let applied = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "seedbed-former-"));
  path = await buildSeededRoot(root);
  const parameters = { open_cursors: 500, cursor_sharing: "FORCE", job_queue_processes: 5 };
  const users = app(["CONNECT", "DBA"], ["CREATE TABLE", "SELECT, UPDATE ON HR.EMPLOYEES"]);
  await putConfigMap(root, "apply", sampleApply({ users, parameters }));
  await putSecret(root, "hr-app/password", "Former_secret1");
  container = new RunningContainer(root, path);
  await container.sees(/phase=open event=done/);
});

afterAll(async () => {
  await container.kill();
  await rm(root, { recursive: true, force: true });
});

async function pluggable(): Promise<Database["containers"][number]> {
  const file = join(root, "opt/oracle/oradata/FREE/control01.ctl");
  return (JSON.parse(await readFile(file, "utf8")) as Database).containers[2]!;
}

/** What APP was granted: a word for a privilege or role, `PRIVILEGE ON OBJECT` for the others. */
async function granted(): Promise<string[]> {
  const { grants } = await pluggable();
  return grants
    .filter(({ grantee }) => grantee === "APP")
    .map(({ privilege, on }) => (on === null ? privilege : `${privilege} ON ${on}`))
    .toSorted();
}

/** Applies a change while the database runs; what the container said of it. */
async function apply(change: Parameters<typeof sampleApply>[0]): Promise<string> {
  const before = container.output.length;
  applied += 1;
  await putConfigMap(root, "apply", sampleApply(change));
  await container.sees(new RegExp(`(?:phase=open event=done[\\s\\S]*){${applied + 1}}`));
  return container.output.slice(before);
}

test("what the request does not ask for any more is taken back", async () => {
  expect(await granted()).toEqual([
    "CONNECT",
    "CREATE SESSION",
    "CREATE TABLE",
    "DBA",
    "SELECT ON HR.EMPLOYEES",
    "UPDATE ON HR.EMPLOYEES",
  ]);
  expect((await pluggable()).parameters).toMatchObject({ open_cursors: "500", cursor_sharing: "FORCE" });
  await apply({ users: app(["CONNECT"], ["SELECT ON HR.EMPLOYEES"]), parameters: { cursor_sharing: "FORCE" } });
  expect(await granted()).toEqual(["CONNECT", "CREATE SESSION", "SELECT ON HR.EMPLOYEES"]);
  expect((await pluggable()).parameters).not.toHaveProperty("open_cursors");
  // No job runs, as before the request named this one.
  expect((await pluggable()).parameters).toMatchObject({ cursor_sharing: "FORCE", job_queue_processes: "0" });
  expect(readRefused(root)).toEqual([]);
});

test("a static parameter is said to wait for the next start, and no other is", async () => {
  const said = await apply({
    users: app(["CONNECT"]),
    parameters: { cursor_sharing: "FORCE", nls_date_format: "YYYY" },
  });
  expect(said).toMatch(/phase=configured event=progress text="nls_date_format .*effective after a restart/);
  expect(said).not.toMatch(/(cursor_sharing|open_cursors) .*restart/);
  expect((await pluggable()).parameters).not.toHaveProperty("nls_date_format");
  const removed = await apply({ users: app(["CONNECT"]), parameters: {} });
  // Never taken: nothing changes for anybody at the restart.
  expect(removed).not.toMatch(/phase=configured event=fail/);
});

test("an account that somebody dropped comes back with what it was granted", async () => {
  const sql = 'ALTER SESSION SET CONTAINER = "FREEPDB1";\nDROP USER APP CASCADE;\n';
  const child = run("sqlplus", ["-L", "-S", "/", "as", "sysdba"], { env: { SEEDBED_ROOT: root, PATH: path } });
  child.child.stdin!.end(sql);
  await child;
  expect(await granted()).toEqual([]);
  await apply({ users: app(["CONNECT"]), parameters: { open_cursors: 400 } });
  expect(await granted()).toEqual(["CONNECT", "CREATE SESSION"]);
});

test("what was set before a kill is known after it", async () => {
  await putConfigMap(
    root,
    "apply",
    sampleApply({ users: app(["CONNECT", "RESOURCE"]), parameters: { open_cursors: 450 } }),
  );
  await expect.poll(async () => (await pluggable()).parameters["open_cursors"]).toBe("450");
  await container.kill();
  await putConfigMap(root, "apply", sampleApply({ users: app(["CONNECT"]), parameters: {} }));
  container = new RunningContainer(root, path, 2);
  await container.sees(/phase=open event=(done|skip)/);
  expect(await granted()).toEqual(["CONNECT", "CREATE SESSION"]);
  expect((await pluggable()).parameters).not.toHaveProperty("open_cursors");
});

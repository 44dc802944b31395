import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingForControlPlane } from "./assets.ts";
import { startControlPlane, type ControlPlane } from "./control-plane.ts";

/** The processes that have a folder in their arguments. */
function processesOf(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => existsSync(join("/proc", pid, "cmdline")) && commandOf(pid).includes(folder))
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(join("/proc", pid, "cmdline"), "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}

describe.skipIf(missingForControlPlane() !== null)("a control plane", () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane();
  });
  afterAll(() => plane?.close());

  const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", namespace: "default" } };

  test("is of the version that the modules name", async () => {
    const modules = readFileSync(new URL("programs/k8s/go.mod", import.meta.url), "utf8");
    const [, version] = /k8s\.io\/kubernetes (v\S+)/.exec(modules)!;
    const { object } = await plane.client.raw("GET", "/version");
    expect(object["gitVersion"]).toBe(version);
  });

  test("keeps what is created and applied, and nothing of a dry run", async () => {
    const { client } = plane;
    expect((await client.create(config, { dryRun: true })).status).toBe(201);
    expect((await client.get(config)).status).toBe(404);
    const { object } = await client.create(config);
    const { status, object: applied } = await client.apply({ ...config, data: { a: "1" } });
    expect([status, applied.metadata.uid, applied["data"]]).toEqual([200, object.metadata.uid, { a: "1" }]);
    expect(await client.list("v1", "ConfigMap", "default")).toContainEqual(applied);
    expect((await client.delete(config)).status).toBe(200);
    expect((await client.get(config)).reason).toBe("NotFound");
  });

  test("refuses with the field, and keeps keys that are given twice from passing", async () => {
    const { client } = plane;
    const unknown = await client.create({ ...config, dada: {} });
    expect(unknown).toMatchObject({ status: 400, reason: "BadRequest" });
    expect(unknown.message).toContain('unknown field "dada"');
    const twice = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kept }\ndata: {}\ndata: {}\n";
    expect((await client.createText(twice, config)).message).toContain('key "data" already set in map');
  });

  test("runs controllers: a namespace gets its account and goes with all that it holds", async () => {
    const { client } = plane;
    const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: "gone" } };
    await client.create(space);
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "gone" } };
    await expect.poll(async () => (await client.get(account)).status).toBe(200);
    await client.delete(space);
    await expect.poll(async () => (await client.get(space)).status).toBe(404);
  });

  test("is gone without a trace once it is closed", async () => {
    const other = await startControlPlane();
    expect(processesOf(other.folder)).toHaveLength(4);
    await other.close();
    expect(processesOf(other.folder)).toEqual([]);
    expect(existsSync(other.folder)).toBe(false);
  });

  test("ends with whoever started it, even by kill -9", async () => {
    const script = `const { startControlPlane } = await import(${JSON.stringify(import.meta.resolve("./control-plane.ts"))});
      const plane = await startControlPlane(); console.log(plane.folder);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [folder] = (await createInterface(child.stdout)
      [Symbol.asyncIterator]()
      .next()
      .then(({ value }) => [value])) as [string];
    expect(processesOf(folder)).toHaveLength(4);
    child.kill("SIGKILL");
    await expect.poll(() => processesOf(folder)).toEqual([]);
  });
});

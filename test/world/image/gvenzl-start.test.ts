import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { makeBase, type RunningBase } from "./running-base.ts";

const READY = /DATABASE IS READY TO USE!/;
const made: RunningBase[] = [];

async function base(profile: "gvenzl-free"): Promise<RunningBase> {
  const one = await makeBase(profile);
  made.push(one);
  return one;
}

afterEach(async () => {
  for (const one of made.splice(0)) await one.remove();
});

async function hook(one: RunningBase, path: string, text: string): Promise<void> {
  const file = join(one.root, path);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, `#!/bin/bash\n${text}\n`);
  await chmod(file, 0o755);
}

describe("the start of gvenzl's image", () => {
  const oradata = (one: RunningBase, path: string): string => join(one.root, "opt/oracle/oradata", path);

  it("wants exactly one password at the first start", async () => {
    const one = await base("gvenzl-free");
    expect(await one.start(/specify a password/)).toContain("have to be specified at first database startup");
    expect(await one.start(/Only one of/, { ORACLE_PASSWORD: "a", ORACLE_RANDOM_PASSWORD: "yes" })).toContain(
      "Only one of",
    );
  });

  it("runs an executable hook as a child and ends with its status", async () => {
    const one = await base("gvenzl-free");
    await hook(one, "container-entrypoint-startdb.d/00.sh", "echo hook ran; exit 3");
    await expect(one.start(READY, { ORACLE_PASSWORD: "a" })).rejects.toThrow(/hook ran/);
  });

  it("never repairs a first start that was cut off while it moved its files", async () => {
    const one = await base("gvenzl-free");
    await one.start(READY, { ORACLE_PASSWORD: "a" });
    await one.kill();
    await rm(oradata(one, "dbconfig/FREE/spfileFREE.ora"));
    await expect(one.start(READY, { ORACLE_PASSWORD: "a" })).rejects.toThrow(
      /ORA-01078[\s\S]*LRM-00109[\s\S]*DATABASE STARTUP FAILED/,
    );
  });

  it("does not overwrite half-unpacked files", async () => {
    const one = await base("gvenzl-free");
    await mkdir(oradata(one, "FREE"), { recursive: true });
    await writeFile(oradata(one, "FREE/system01.dbf"), "half");
    await expect(one.start(READY, { ORACLE_PASSWORD: "a" })).rejects.toThrow(/replace the existing file/);
  });

  it("notices a data file that is gone", async () => {
    const one = await base("gvenzl-free");
    await one.start(READY, { ORACLE_PASSWORD: "a" });
    await one.kill();
    await rm(oradata(one, "FREE/system01.dbf"));
    await expect(one.start(READY, { ORACLE_PASSWORD: "a" })).rejects.toThrow(/ORA-01157[\s\S]*DATABASE STARTUP FAILED/);
  });

  it("calls the database healthy although a pluggable database is mounted, and though it is restricted", async () => {
    const one = await base("gvenzl-free");
    await one.start(READY, { ORACLE_PASSWORD: "a" });
    const health = async (name: string): Promise<number> => (await one.run(["healthcheck.sh", name])).status;
    expect(await health("FREEPDB1")).toBe(0);
    await one.sql("ALTER PLUGGABLE DATABASE FREEPDB1 OPEN READ WRITE RESTRICTED FORCE;\n");
    expect(await health("FREEPDB1")).toBe(0);
    await one.sql("ALTER PLUGGABLE DATABASE FREEPDB1 CLOSE IMMEDIATE;\n");
    expect(await health("FREEPDB1")).toBe(1);
    expect(await health("FREE")).toBe(0);
  });
});

import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { makeBase, type RunningBase } from "./running-base.ts";
import type { BASE_IMAGES } from "./profiles.ts";

const READY = /DATABASE IS READY TO USE!/;
const made: RunningBase[] = [];

async function base(profile: keyof typeof BASE_IMAGES): Promise<RunningBase> {
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

describe("the start of Oracle's image of Free", () => {
  const startup = "opt/oracle/scripts/startup/00.sh";
  const marker = (one: RunningBase): string => join(one.root, "opt/oracle/oradata/.FREE.created");
  const state = async (one: RunningBase): Promise<string> =>
    (await one.sql("SELECT open_mode || ' ' || restricted FROM v$pdbs WHERE name = 'FREEPDB1';\n")).out.trim();
  const guid = async (one: RunningBase): Promise<string> =>
    (await one.sql("SELECT guid FROM v$pdbs WHERE name = 'FREEPDB1';\n")).out.trim();

  it("creates a database, marks it, moves its files and ignores what a hook returns", async () => {
    const one = await base("free-26ai");
    await hook(one, startup, "echo hook ran; return 3");
    const log = await one.start(/Starting ORACLE instance/);
    expect(log).toMatch(/READY TO USE![\s\S]*hook ran/);
    expect(await readFile(marker(one), "utf8")).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(existsSync(join(one.root, "opt/oracle/oradata/dbconfig/FREE/dbs/spfileFREE.ora"))).toBe(true);
    const first = await guid(one);
    await one.kill();
    await one.start(/Starting ORACLE instance/);
    expect(await guid(one)).toBe(first);
    expect(
      await one.run(["opt/oracle/checkDBStatus.sh".replace(/^/, `${one.root}/`)], "", {
        ORACLE_HOME: join(one.root, "opt/oracle/product/26ai/dbhomeFree"),
      }),
    ).toMatchObject({ status: 0 });
  });

  it("deletes a database without a marker and creates another one", async () => {
    const one = await base("free-26ai");
    await one.start(/Starting ORACLE instance/);
    const first = await guid(one);
    await one.kill();
    await rm(marker(one));
    await rm(join(one.root, "opt/oracle/oradata/dbconfig"), { recursive: true });
    await one.start(/Starting ORACLE instance/);
    expect(await guid(one)).not.toBe(first);
  });

  it("skips the startup hooks while a pluggable database is mounted", async () => {
    const one = await base("free-26ai");
    await one.start(/Starting ORACLE instance/);
    await one.sql(
      "ALTER PLUGGABLE DATABASE FREEPDB1 CLOSE IMMEDIATE;\nALTER PLUGGABLE DATABASE FREEPDB1 SAVE STATE;\n",
    );
    await hook(one, startup, "echo hook ran");
    await one.kill();
    const log = await one.start(/Starting ORACLE instance/);
    expect(log).toContain("DATABASE SETUP WAS NOT SUCCESSFUL!");
    expect(log).not.toContain("hook ran");
  });

  it.each([
    ["saved", "READ WRITE YES"],
    ["all-open", "READ WRITE YES"],
    ["lift", "READ WRITE NO"],
  ])("opens a database that was saved restricted as its switch %s says", async (mode, expected) => {
    const one = await base("free-26ai");
    await one.start(/Starting ORACLE instance/);
    await one.sql(
      "ALTER PLUGGABLE DATABASE FREEPDB1 OPEN READ WRITE RESTRICTED FORCE;\nALTER PLUGGABLE DATABASE FREEPDB1 SAVE STATE;\n",
    );
    await one.kill();
    await writeFile(join(one.root, ".world/start-mode"), mode);
    await one.start(/Starting ORACLE instance/);
    expect(await state(one)).toBe(expected);
  });

  it("fails to create without su, and goes on to the banner of an error without it at a later start", async () => {
    const one = await base("free-26ai");
    await writeFile(join(one.root, ".world/no-su"), "");
    await expect(one.start(READY)).rejects.toThrow(/su: Authentication failure/);
    await rm(join(one.root, ".world/no-su"));
    await one.start(/Starting ORACLE instance/);
    await one.kill();
    await writeFile(join(one.root, ".world/no-su"), "");
    expect(await one.start(/Starting ORACLE instance/)).toMatch(/Authentication failure[\s\S]*NOT SUCCESSFUL/);
    expect((await one.sql("SELECT 1 FROM DUAL;\n")).out).toContain("ORA-01034");
  });

  it("does not take a local user in the root, where gvenzl's image does", async () => {
    const one = await base("free-26ai");
    await one.start(/Starting ORACLE instance/);
    expect((await one.sql('CREATE USER HR IDENTIFIED BY "x";\n')).out).toContain("ORA-65096");
    const status = `ALTER SESSION SET CONTAINER = FREEPDB1;\nSELECT account_status FROM dba_users WHERE username = 'DEV';\n`;
    await one.sql('ALTER SESSION SET CONTAINER = FREEPDB1;\nCREATE USER DEV IDENTIFIED BY "Dev_pw_1";\n');
    const wrong = 'CONNECT DEV/"wrong"@//localhost:1521/FREEPDB1\n'.repeat(10);
    await one.run(["sqlplus", "-S", "/nolog"], `${wrong}EXIT\n`);
    expect((await one.sql(status)).out.trim()).toBe("LOCKED(TIMED)");
    const other = await base("gvenzl-free");
    await other.start(READY, { ORACLE_PASSWORD: "a" });
    expect((await other.sql('CREATE USER HR IDENTIFIED BY "x";\n')).out).toBe("");
  });
});

describe("the start of Oracle's image of 19c", () => {
  const limit = async (one: RunningBase, value: string): Promise<void> => {
    await mkdir(join(one.root, "sys/fs/cgroup"), { recursive: true });
    await writeFile(join(one.root, "sys/fs/cgroup/cgroup.controllers"), "memory\n");
    await writeFile(join(one.root, "sys/fs/cgroup/memory.max"), `${value}\n`);
  };
  const memory = async (one: RunningBase): Promise<unknown> =>
    JSON.parse(await readFile(join(one.root, "opt/oracle/oradata/dbconfig/ORCLCDB/spfileORCLCDB.ora"), "utf8"));

  it("prints a password and gives the whole limit to SGA and PGA, unless both sizes are given", async () => {
    const one = await base("ee-19c");
    await limit(one, String(4 * 1024 ** 3));
    const log = await one.start(/Starting ORACLE instance/);
    expect(log).toMatch(/^ORACLE PASSWORD FOR SYS, SYSTEM AND PDBADMIN: \S+$/m);
    expect(await memory(one)).toEqual({ sga_target: String(3 * 1024 ** 3), pga_aggregate_target: String(1024 ** 3) });
    await one.kill();
    await one.start(/Starting ORACLE instance/);
    const links = "ALTER SESSION SET CONTAINER = ORCLPDB1;\nSELECT owner || '.' || db_link FROM dba_db_links;\n";
    expect((await one.sql(links)).out.trim()).toBe("SYS.SYS_HUB");
    const other = await base("ee-19c");
    await other.start(/Starting ORACLE instance/, { INIT_SGA_SIZE: "1000", INIT_PGA_SIZE: "500" });
    expect(await memory(other)).toEqual({ sga_target: "1048576000", pga_aggregate_target: "524288000" });
    await expect((await base("ee-19c")).start(READY, { INIT_SGA_SIZE: "1000" })).rejects.toThrow(/neither of them/);
  });

  it("does not start with less than 2 GiB", async () => {
    const one = await base("ee-19c");
    await limit(one, String(2 * 1024 ** 3 - 1));
    await expect(one.start(READY)).rejects.toThrow(/enough memory/);
  });
});

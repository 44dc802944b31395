import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeBase, type RunningBase } from "./running-base.ts";

const READY = /DATABASE IS READY TO USE!/;
const IN_PDB = 'ALTER SESSION SET CONTAINER = "FREEPDB1";\n';

describe("the stand-in of SQL*Plus and the database", () => {
  let base: RunningBase;
  beforeAll(async () => {
    base = await makeBase("gvenzl-free");
    await base.start(READY, { ORACLE_PASSWORD: "Base_pw_1" });
    const prepared = await base.sql(`${IN_PDB}
CREATE USER HR IDENTIFIED BY "Hr_pw_1" QUOTA UNLIMITED ON USERS;
CREATE USER BARE IDENTIFIED BY "Bare_pw_1";
CREATE USER SHUT IDENTIFIED BY "Shut_pw_1" ACCOUNT LOCK;
CREATE USER OLD IDENTIFIED BY "Old_pw_1" PASSWORD EXPIRE;
GRANT CREATE SESSION, CREATE DATABASE LINK TO HR;
GRANT CREATE SESSION TO OLD, SHUT;
CREATE TABLE HR.T (ID NUMBER, NAME VARCHAR2(30));
INSERT INTO HR.T VALUES (1, 'one');
COMMIT;
`);
    expect(prepared).toEqual({ status: 0, out: "" });
  });
  afterAll(() => base.remove());

  const REFUSALS: [name: string, script: string, code: string][] = [
    ["an open pluggable database is opened again", "ALTER PLUGGABLE DATABASE FREEPDB1 OPEN;", "ORA-65019"],
    ["an unknown pluggable database", "ALTER PLUGGABLE DATABASE NOPE OPEN;", "ORA-65011"],
    ["an unknown container", "ALTER SESSION SET CONTAINER = NOPE;", "ORA-65011"],
    [
      "a tablespace twice",
      `${IN_PDB}CREATE TABLESPACE USERS DATAFILE '/opt/oracle/oradata/FREE/x.dbf' SIZE 1M;`,
      "ORA-01543",
    ],
    [
      "a data file that is there, without REUSE",
      `${IN_PDB}CREATE TABLESPACE T1 DATAFILE '/opt/oracle/oradata/FREE/control01.ctl' SIZE 1M;`,
      "ORA-01119",
    ],
    ["a user twice", `${IN_PDB}CREATE USER HR IDENTIFIED BY "x";`, "ORA-01920"],
    ["a role twice", `${IN_PDB}CREATE ROLE CONNECT;`, "ORA-01921"],
    ["a profile twice", `${IN_PDB}CREATE PROFILE DEFAULT LIMIT SESSIONS_PER_USER UNLIMITED;`, "ORA-02379"],
    [
      "a user in a tablespace that is not there",
      `${IN_PDB}CREATE USER U2 IDENTIFIED BY "x" DEFAULT TABLESPACE NOPE;`,
      "ORA-00959",
    ],
    ["a grant to nobody", `${IN_PDB}GRANT CREATE SESSION TO NOPE;`, "ORA-01917"],
    ["a role that is not there", `${IN_PDB}GRANT NOPE TO HR;`, "ORA-01919"],
    ["a change of an unknown user", `${IN_PDB}ALTER USER NOPE ACCOUNT LOCK;`, "ORA-01918"],
    ["a drop of Oracle's own user", `${IN_PDB}DROP USER XDB CASCADE;`, "ORA-28014"],
    ["a drop of an owner without CASCADE", `${IN_PDB}DROP USER HR;`, "ORA-01922"],
    ["a directory twice without OR REPLACE", `${IN_PDB}CREATE DIRECTORY DATA_PUMP_DIR AS '/tmp';`, "ORA-00955"],
    [
      "a static parameter without SPFILE",
      `${IN_PDB}ALTER SYSTEM SET NLS_DATE_FORMAT = 'YYYY' SCOPE = BOTH;`,
      "ORA-02095",
    ],
    [
      "a parameter of the instance inside the pluggable database",
      `${IN_PDB}ALTER SYSTEM SET PROCESSES = 300 SCOPE = SPFILE;`,
      "ORA-65040",
    ],
    ["an unknown parameter", `${IN_PDB}ALTER SYSTEM SET NO_SUCH_THING = 1;`, "ORA-02065"],
    ["a reset of what was not set", `${IN_PDB}ALTER SYSTEM RESET OPEN_CURSORS SCOPE = BOTH;`, "ORA-32010"],
    [
      "a reset of a static parameter in memory",
      `${IN_PDB}ALTER SYSTEM RESET NLS_DATE_FORMAT SCOPE = BOTH;`,
      "ORA-02095",
    ],
    ["a role that was not granted", `${IN_PDB}REVOKE DBA FROM HR;`, "ORA-01951"],
    ["a privilege that was not granted", `${IN_PDB}REVOKE CREATE TABLE FROM HR;`, "ORA-01952"],
    ["an object's privilege that was not granted", `${IN_PDB}REVOKE SELECT ON HR.T FROM OLD;`, "ORA-01927"],
    ["a grant to SYS", `${IN_PDB}GRANT CREATE DATABASE LINK TO SYS;`, "ORA-01749"],
    ["an unknown table", `${IN_PDB}SELECT * FROM HR.NOPE;`, "ORA-00942"],
    ["an unknown column, also where there are no rows", `${IN_PDB}SELECT NOPE FROM DBA_DB_LINKS;`, "ORA-00904"],
    ["an unknown job", `${IN_PDB}BEGIN DBMS_SCHEDULER.DISABLE('"HR"."NOPE"'); END;\n/`, "ORA-27475"],
    ["an unknown procedure", `${IN_PDB}BEGIN HR.NOPE; END;\n/`, "PLS-00201"],
    ["an error of one's own", `BEGIN RAISE_APPLICATION_ERROR(-20224, 'mine'); END;\n/`, "ORA-20224: mine"],
    ["an update of a column that is not there", `${IN_PDB}UPDATE HR.T SET NOPE = 1;`, "ORA-00904"],
    ["a session that is not there", "ALTER SYSTEM KILL SESSION '999,1' IMMEDIATE;", "ORA-00030"],
    ["a statement that nobody taught it", "ALTER DATABASE ARCHIVELOG;", "ORA-00900"],
    [
      "an access control entry that is not there",
      `${IN_PDB}BEGIN DBMS_NETWORK_ACL_ADMIN.REMOVE_HOST_ACE(host => 'h', lower_port => NULL, upper_port => NULL, ace => XS$ACE_TYPE(privilege_list => XS$NAME_LIST('connect'), principal_name => 'HR', principal_type => XS_ACL.PTYPE_DB)); END;\n/`,
      "ORA-24243",
    ],
    ["HOST under -R 3", "HOST id", "SP2-0738"],
    ["a file under -R 3", "@/etc/passwd", "SP2-0738"],
    ["SPOOL under -R 3", "SPOOL /tmp/x", "SP2-0738"],
    ["an unknown setting", "SET NOPE ON", "SP2-0158"],
    ["an unknown command", "FROBNICATE THE DATABASE", "SP2-0734"],
  ];
  it.each(REFUSALS)("refuses %s", async (_name, script, code) => {
    const ran = await base.sql(`${script}\n`);
    expect(ran.out).toContain(code);
  });

  it("gives a status of 1 for EXIT FAILURE, and 0 for a code that is a multiple of 256", async () => {
    const block = "BEGIN RAISE_APPLICATION_ERROR(-20224, 'cut to one byte'); END;\n/\n";
    expect((await base.sql(`WHENEVER SQLERROR EXIT FAILURE ROLLBACK\n${block}`)).status).toBe(1);
    expect((await base.sql(`WHENEVER SQLERROR EXIT SQL.SQLCODE\n${block}`)).status).toBe(0);
    expect((await base.sql("WHENEVER SQLERROR EXIT FAILURE\nSELEC 1 FROM DUAL;\nPROMPT went on\n")).out).toContain(
      "went on",
    );
  });

  it("runs a statement again for a stray slash, and none that has no end", async () => {
    const before = (await base.sql(`${IN_PDB}SELECT COUNT(*) FROM HR.T;\n`)).out.trim();
    await base.sql(`${IN_PDB}INSERT INTO HR.T VALUES (2, 'two');\n/\nCOMMIT;\nDELETE FROM HR.T`);
    expect(Number((await base.sql(`${IN_PDB}SELECT COUNT(*) FROM HR.T;\n`)).out)).toBe(Number(before) + 2);
  });

  it.each(["REM mask ----", "remark ---- ", "PROMPT masking -", "  pro -"])(
    "takes the line after `%s` for a part of it, as its hyphen says",
    async (line) => {
      const insert = "INSERT INTO HR.T VALUES (9, 'swallowed');";
      await base.sql(`${IN_PDB}${line}\n${insert}\nCOMMIT;\n`);
      const count = `${IN_PDB}SELECT COUNT(*) FROM HR.T WHERE ID = 9;\n`;
      expect(Number((await base.sql(count)).out)).toBe(0);
    },
  );

  it("reads the line after a comment of two hyphens, also where that ends in one", async () => {
    const insert = "INSERT INTO HR.T VALUES (10, 'read');\nSELECT COUNT(*) FROM HR.T WHERE ID = 10;\nROLLBACK;\n";
    expect(Number((await base.sql(`${IN_PDB}-- mask ----\n--\n${insert}`)).out)).toBe(1);
  });

  it("takes the next line for the answer to an ampersand", async () => {
    const ran = await base.run(["sqlplus", "-S", "/", "as", "sysdba"], "SELECT '&x' FROM DUAL;\nPROMPT swallowed\n");
    expect(ran.out).not.toMatch(/^swallowed$/m);
  });

  it("commits an open transaction at EXIT, and gives it up after WHENEVER … ROLLBACK", async () => {
    const count = async (): Promise<number> => Number((await base.sql(`${IN_PDB}SELECT COUNT(*) FROM HR.T;\n`)).out);
    const before = await count();
    await base.sql(
      `${IN_PDB}WHENEVER SQLERROR EXIT FAILURE ROLLBACK\nINSERT INTO HR.T VALUES (7, 'x');\nSELECT NOPE FROM DUAL;\n`,
    );
    expect(await count()).toBe(before);
    await base.sql(`${IN_PDB}INSERT INTO HR.T VALUES (8, 'y');\nEXIT\n`);
    expect(await count()).toBe(before + 1);
  });

  const LOGONS: [name: string, logon: string, env: Record<string, string>, code: string][] = [
    ["a wrong password", 'CONNECT HR/"wrong"@//localhost:1521/FREEPDB1', {}, "ORA-01017"],
    ["a locked account", 'CONNECT SHUT/"Shut_pw_1"@//localhost:1521/FREEPDB1', {}, "ORA-28000"],
    ["an expired password", 'CONNECT OLD/"Old_pw_1"@//localhost:1521/FREEPDB1', {}, "ORA-28001"],
    ["an account without CREATE SESSION", 'CONNECT BARE/"Bare_pw_1"@//localhost:1521/FREEPDB1', {}, "ORA-01045"],
    ["SYS without SYSDBA", 'CONNECT SYS/"x"@//localhost:1521/FREEPDB1', {}, "ORA-28009"],
    ["a service that nobody knows", 'CONNECT HR/"Hr_pw_1"@//localhost:1521/NOPE', {}, "ORA-12514"],
  ];
  it.each(LOGONS)("refuses %s", async (_name, logon, env, code) => {
    const ran = await base.run(["sqlplus", "-L", "-S", "/nolog"], `${logon}\nEXIT\n`, env);
    expect(ran.out).toContain(code);
  });

  it("stays in the root without a word when ORACLE_PDB_SID names nothing", async () => {
    const show = "SET HEADING OFF PAGESIZE 0\nSELECT SYS_CONTEXT('USERENV','CON_NAME') FROM DUAL;\n";
    const at = async (name: string): Promise<string> =>
      (await base.run(["sqlplus", "-S", "/", "as", "sysdba"], show, { ORACLE_PDB_SID: name })).out.trim();
    expect(await at("NOPE")).toBe("CDB$ROOT");
    expect(await at("FREEPDB1")).toBe("FREEPDB1");
  });

  it("refuses a password on the command line", async () => {
    const ran = await base.run(["sqlplus", "-L", "-S", "HR/Hr_pw_1@//localhost:1521/FREEPDB1"], "EXIT\n");
    expect(ran).toMatchObject({ status: 1, out: expect.stringContaining("password stood on the command line") });
  });
});

describe("restricted and closed", () => {
  let base: RunningBase;
  beforeAll(async () => {
    base = await makeBase("gvenzl-free");
    await base.start(READY, { ORACLE_PASSWORD: "Base_pw_1" });
    await base.sql(`${IN_PDB}CREATE USER HR IDENTIFIED BY "Hr_pw_1";\nGRANT CREATE SESSION TO HR;\n`);
  });
  afterAll(() => base.remove());

  it("keeps people out of a restricted database, at the listener and behind it", async () => {
    await base.sql(
      "ALTER PLUGGABLE DATABASE FREEPDB1 CLOSE IMMEDIATE;\nALTER PLUGGABLE DATABASE FREEPDB1 OPEN READ WRITE RESTRICTED;\n",
    );
    const logon = (target: string): Promise<{ out: string }> =>
      base.run(["sqlplus", "-L", "-S", "/nolog"], `CONNECT HR/"Hr_pw_1"@${target}\nEXIT\n`);
    expect((await logon("//localhost:1521/FREEPDB1")).out).toContain("ORA-12526");
    const asking =
      "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=FREEPDB1)(UR=A)))";
    expect((await logon(asking)).out).toContain("ORA-01035");
  });

  it("takes a static parameter at its next opening", async () => {
    const value = async (): Promise<string> =>
      (await base.sql(`${IN_PDB}SELECT value FROM v$system_parameter WHERE name = 'nls_date_format';\n`)).out.trim();
    const reopen =
      "ALTER PLUGGABLE DATABASE FREEPDB1 CLOSE IMMEDIATE;\nALTER PLUGGABLE DATABASE FREEPDB1 OPEN READ WRITE RESTRICTED;\n";
    await base.sql(`${IN_PDB}ALTER SYSTEM SET NLS_DATE_FORMAT = 'YYYY' SCOPE = SPFILE;\n`);
    expect(await value()).toBe("");
    await base.sql(reopen);
    expect(await value()).toBe("YYYY");
    await base.sql(`${IN_PDB}ALTER SYSTEM RESET NLS_DATE_FORMAT SCOPE = SPFILE;\n`);
    expect(await value()).toBe("YYYY");
    await base.sql(reopen);
    expect(await value()).toBe("");
  });

  it("opens again as it was saved, not as it was last", async () => {
    const state = async (): Promise<string> =>
      (await base.sql("SELECT open_mode || ' ' || restricted FROM v$pdbs WHERE name = 'FREEPDB1';\n")).out.trim();
    expect(await state()).toBe("READ WRITE YES");
    await base.kill();
    await base.start(READY);
    expect(await state()).toBe("READ WRITE NO");
    await base.sql(
      `ALTER SESSION SET CONTAINER = FREEPDB1;\nALTER SYSTEM ENABLE RESTRICTED SESSION;\nALTER SESSION SET CONTAINER = CDB$ROOT;\nALTER PLUGGABLE DATABASE FREEPDB1 SAVE STATE;\n`,
    );
    await base.kill();
    await base.start(READY);
    expect(await state()).toBe("READ WRITE YES");
    await base.sql("ALTER PLUGGABLE DATABASE FREEPDB1 DISCARD STATE;\n");
    await base.kill();
    await base.start(READY);
    expect(await state()).toBe("MOUNTED");
    expect((await base.sql(`${IN_PDB}SELECT username FROM dba_users;\n`)).out).toContain("ORA-01109");
    expect((await base.sql("ALTER PLUGGABLE DATABASE FREEPDB1 CLOSE;\n")).out).toContain("ORA-65020");
  });

  it("answers nobody while there is no instance", async () => {
    await base.kill();
    expect(await base.run(["sqlplus", "-L", "-S", "/"], "EXIT\n")).toMatchObject({
      status: 1,
      out: expect.stringContaining("ORA-01034"),
    });
    expect((await base.run(["sqlplus", "/", "as", "sysdba"], "SELECT 1 FROM DUAL;\n")).out).toMatch(
      /Connected to an idle instance[\s\S]*ORA-01034/,
    );
    expect(await base.run(["lsnrctl", "stop"])).toMatchObject({ status: 1, out: expect.stringContaining("TNS-12541") });
  });

  it("hides what the image does not have", async () => {
    for (const tool of ["node", "flock", "ps", "pgrep", "diff", "cmp", "hostname", "xz", "su"])
      expect((await base.run([tool])).status, tool).toBe(127);
    expect((await base.run(["sha256sum", "/dev/null"])).status).toBe(0);
  });
});

describe("killed during a script", () => {
  let base: RunningBase;
  beforeAll(async () => {
    base = await makeBase("gvenzl-free");
    await base.start(READY, { ORACLE_PASSWORD: "Base_pw_1" });
    await base.sql(`${IN_PDB}CREATE USER HR NO AUTHENTICATION;\nCREATE TABLE HR.T (ID NUMBER, NAME VARCHAR2(30));\n`);
  });
  afterAll(() => base.remove());

  const sessions = async (): Promise<number> =>
    Number((await base.sql("SELECT COUNT(*) FROM v$session WHERE username IS NOT NULL;\n")).out);
  const ASLEEP = "BEGIN DBMS_SESSION.SLEEP(60); END;\n/\n";

  it.each([
    ["the status that WHENEVER asks for", "WHENEVER SQLERROR EXIT SQL.SQLCODE ROLLBACK\n", 3113 % 256],
    ["a status of 0 without WHENEVER", "", 0],
  ])("the instance leaves clients that say so, with %s", async (_, rule, status) => {
    const running = base.sql(`${rule}${ASLEEP}`);
    await expect.poll(sessions).toBe(2);
    const endpoint = join(base.root, "dev/shm/ora_FREE.json");
    process.kill((JSON.parse(await readFile(endpoint, "utf8")) as { pid: number }).pid, "SIGKILL");
    expect(await running).toEqual({ status, out: expect.stringContaining("ORA-03113: end-of-file") });
    await base.kill();
    await base.start(READY);
  });

  it("a client leaves nothing that it had not committed", async () => {
    const count = async (): Promise<string> => (await base.sql(`${IN_PDB}SELECT COUNT(*) FROM HR.T;\n`)).out.trim();
    const pid = join(base.root, "tmp/client.pid");
    const running = base.run(
      ["bash", "-c", `echo "$$" >${pid}; exec sqlplus -L -S / as sysdba`],
      `${IN_PDB}INSERT INTO HR.T VALUES (9, 'nine');\n${ASLEEP}`,
    );
    await expect.poll(sessions).toBe(2);
    process.kill(Number(await readFile(pid, "utf8")), "SIGKILL");
    await running;
    await expect.poll(sessions).toBe(1);
    expect(await count()).toBe("0");
  });
});

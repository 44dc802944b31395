import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeDump, type DumpContents, type DumpHeader } from "../dump/format.ts";
import { makeBase, type Ran, type RunningBase } from "./running-base.ts";

const IN_PDB = 'ALTER SESSION SET CONTAINER = "FREEPDB1";\n';
const FOLDER = "/opt/oracle/oradata/dump";
const LOGIN = 'USERID=LOADER/"Load_pw_1"@//localhost:1521/FREEPDB1\n';
const header: DumpHeader = {
  version: 1,
  guid: "g",
  job: "J",
  owner: "S",
  mode: "SCHEMA",
  scn: "1",
  dbVersion: "19.22.0.0.0",
  charset: "AL32UTF8",
  timeZoneFile: 42,
  file: 1,
  files: 1,
};
const contents: DumpContents = {
  header,
  tables: [
    {
      owner: "HR",
      name: "T",
      columns: ["ID", "MAIL"],
      rows: [
        [1, "a@prod.example"],
        [2, "b@prod.example"],
        [3, null],
      ],
    },
  ],
  objects: [
    { owner: "HR", type: "JOB", name: "MAILS", status: "VALID", detail: { enabled: "TRUE" } },
    { owner: "HR", type: "DB_LINK", name: "PAYROLL", status: "VALID" },
    { owner: "HR", type: "VIEW", name: "V", status: "INVALID" },
  ],
};

describe("the stand-in of Data Pump", () => {
  let base: RunningBase;
  const put = (name: string, change: Partial<DumpContents>): Promise<void> =>
    writeFile(join(base.root, FOLDER, name), writeDump({ ...contents, ...change }, 0));
  const impdp = async (lines: string, input = ""): Promise<Ran> => {
    await writeFile(join(base.root, "tmp/x.par"), lines);
    return base.run(["impdp", `parfile=${join(base.root, "tmp/x.par")}`], input);
  };
  const plain = `${LOGIN}DIRECTORY=D\nDUMPFILE=ok.dmp\nFULL=YES\nNOLOGFILE=YES\n`;

  beforeAll(async () => {
    base = await makeBase("gvenzl-free");
    await base.start(/READY TO USE/, { ORACLE_PASSWORD: "a" });
    await mkdir(join(base.root, FOLDER));
    await symlink("dump", join(base.root, "opt/oracle/oradata/linked"));
    await put("ok.dmp", {});
    await put("newer.dmp", { header: { ...header, dbVersion: "26.0.0.0.0" } });
    await put("zone.dmp", { header: { ...header, timeZoneFile: 99 } });
    await put("half.dmp", { header: { ...header, files: 2 } });
    const bytes = writeDump(contents, 0);
    bytes[40]! ^= 1;
    await writeFile(join(base.root, FOLDER, "flipped.dmp"), bytes);
    await base.sql(`${IN_PDB}CREATE USER LOADER IDENTIFIED BY "Load_pw_1" QUOTA UNLIMITED ON USERS;
GRANT CREATE SESSION, CREATE TABLE TO LOADER;
GRANT DATAPUMP_IMP_FULL_DATABASE, DATAPUMP_EXP_FULL_DATABASE TO LOADER;
CREATE DIRECTORY D AS '${FOLDER}';
CREATE DIRECTORY LINKED AS '/opt/oracle/oradata/linked';
CREATE DIRECTORY GONE AS '/opt/oracle/oradata/nope';
GRANT READ, WRITE ON DIRECTORY D TO LOADER;
GRANT READ, WRITE ON DIRECTORY LINKED TO LOADER;
GRANT READ, WRITE ON DIRECTORY GONE TO LOADER;
CREATE USER POOR IDENTIFIED BY "Poor_pw_1";
GRANT CREATE SESSION TO POOR;
GRANT READ, WRITE ON DIRECTORY D TO POOR;
`);
  });
  beforeEach(async () => {
    await base.sql(`${IN_PDB}DROP USER HR CASCADE;\n`);
    await base.sql(`${IN_PDB}CREATE USER HR NO AUTHENTICATION ACCOUNT LOCK;\n`);
  });
  afterAll(() => base.remove());

  it("imports tables, jobs and links, and says 5 where code did not compile", async () => {
    const ran = await impdp(`${plain}LOGTIME=ALL\nMETRICS=YES\n`);
    expect(ran.status).toBe(5);
    expect(ran.out).toMatch(
      /^\d\d-[A-Z]{3}-\d\d \d\d:\d\d:\d\d\.\d{3}: W-1 \. \. imported "HR"\."T" .* KB +3 rows in 0 seconds using direct_path$/m,
    );
    expect(ran.out).toContain("ORA-39082");
    expect(ran.out).toMatch(/completed with 1 error\(s\)/);
    const last = (await base.moments()).at(-1)!;
    expect(last).toMatchObject({ rows: { "HR.T": 3 }, masked: false, db_links: 1, jobs: 1 });
    // Another owner's link is out of reach for SYS, and within reach for a procedure of the owner's.
    expect((await base.sql(`${IN_PDB}DROP DATABASE LINK PAYROLL;\n`)).out).toContain("ORA-02024");
    const drop = `CREATE PROCEDURE HR.P AS\nBEGIN\n  EXECUTE IMMEDIATE 'DROP DATABASE LINK PAYROLL';\nEND;\n/\nBEGIN\n  HR.P;\nEND;\n/\n`;
    expect((await base.sql(IN_PDB + drop)).out).toBe("");
    expect((await base.moments()).at(-1)!.db_links).toBe(0);
  });

  const REFUSALS: [name: string, parfile: string, code: string][] = [
    ["a dump file that is missing", plain.replace("ok.dmp", "nope.dmp"), "ORA-31640"],
    ["a dump file with a flipped byte", plain.replace("ok.dmp", "flipped.dmp"), "ORA-31619"],
    ["a set with a missing piece", plain.replace("ok.dmp", "half.dmp"), "ORA-39059"],
    ["a dump of a newer release", plain.replace("ok.dmp", "newer.dmp"), "ORA-39142"],
    ["a dump with a newer time-zone file", plain.replace("ok.dmp", "zone.dmp"), "ORA-39405"],
    ["a directory that does not exist", plain.replace("DIRECTORY=D", "DIRECTORY=NOPE"), "ORA-39087"],
    ["a directory behind a link", plain.replace("DIRECTORY=D", "DIRECTORY=LINKED"), "ORA-29283"],
    ["a directory that is not on disk", plain.replace("DIRECTORY=D", "DIRECTORY=GONE"), "ORA-29283"],
    ["a user without the role", plain.replace('LOADER/"Load_pw_1"', 'POOR/"Poor_pw_1"'), "ORA-31631"],
    ["a wrong password", plain.replace("Load_pw_1", "nope"), "ORA-01017"],
    ["an unknown parameter", `${plain}NOPE=1\n`, "LRM-00101"],
    ["a nested parameter file", `${plain}PARFILE=x\n`, "LRM-00114"],
    ["a job to attach to that is not there", `${LOGIN}ATTACH=NOPE\n`, "ORA-31626"],
  ];
  it.each(REFUSALS)("refuses %s", async (_name, parfile, code) => {
    const ran = await impdp(parfile);
    expect(ran).toMatchObject({ status: 1, out: expect.stringContaining(code) });
  });

  it("says for each quota, role and default role what this database does not have", async () => {
    const account = (type: string, detail: Record<string, string>) =>
      ({ owner: "HR", type, name: "HR", status: "VALID", detail }) as const;
    await put("account.dmp", {
      objects: [
        account("ROLE_GRANT", { role: "APP_OWNER" }),
        account("ROLE_GRANT", { role: "CONNECT" }),
        account("DEFAULT_ROLE", { role: "APP_OWNER" }),
        account("DEFAULT_ROLE", { role: "CONNECT" }),
        account("TABLESPACE_QUOTA", { tablespace: "APP_DATA" }),
        account("TABLESPACE_QUOTA", { tablespace: "USERS" }),
      ],
    });
    const ran = await impdp(plain.replace("ok.dmp", "account.dmp"));
    expect(ran).toMatchObject({ status: 5, out: expect.stringContaining("completed with 3 error(s)") });
    for (const [type, code] of [
      ['TABLESPACE_QUOTA:"HR"', "ORA-00959"],
      ["ROLE_GRANT", "ORA-01924"],
      ['DEFAULT_ROLE:"HR"', "ORA-01955"],
    ])
      expect(ran.out).toContain(`ORA-39083: Object type ${type} failed to create with error:\n${code}`);
  });

  it("creates a table with encrypted columns only without the clause: it has no keystore", async () => {
    await put("tde.dmp", { tables: [{ ...contents.tables[0]!, encrypted: true }], objects: [] });
    const parfile = plain.replace("ok.dmp", "tde.dmp");
    const refused = await impdp(parfile);
    expect(refused).toMatchObject({ status: 5, out: expect.stringContaining("ORA-28365") });
    expect(await impdp(`${parfile}TRANSFORM=OMIT_ENCRYPTION_CLAUSE:Y\n`)).toMatchObject({ status: 0 });
  });

  it("creates the foreign keys that hold, and says why one does not", async () => {
    const key = (name: string, detail: Record<string, string>) =>
      ({ owner: "HR", type: "REF_CONSTRAINT", name, status: "VALID", detail: { table: "T", ...detail } }) as const;
    const parent = { r_owner: "HR", r_table: "P", r_column: "ID" };
    await put("keys.dmp", {
      tables: [contents.tables[0]!, { owner: "HR", name: "P", columns: ["ID"], rows: [[1], [2], [3]] }],
      objects: [
        key("GOOD_FK", { column: "ID", ...parent }),
        key("ORPHAN_FK", { column: "MAIL", ...parent }),
        key("GONE_FK", { column: "ID", ...parent, r_table: "NOPE" }),
      ],
    });
    const parfile = plain.replace("ok.dmp", "keys.dmp");
    const ran = await impdp(`${parfile}LOGTIME=ALL\nMETRICS=YES\n`);
    expect(ran).toMatchObject({ status: 5, out: expect.stringContaining("completed with 2 error(s)") });
    expect(ran.out).toContain(
      ': ORA-39083: Object type REF_CONSTRAINT:"HR"."ORPHAN_FK" failed to create with error:\nORA-02298',
    );
    expect(ran.out).toContain(
      '"GONE_FK" failed to create with error:\nORA-00942: table or view does not exist\n\nFailing sql is:\nALTER TABLE "HR"."T" ADD CONSTRAINT "GONE_FK" FOREIGN KEY ("ID") REFERENCES "HR"."NOPE" ("ID") ENABLE\n',
    );
    const again = await impdp(`${parfile}INCLUDE=REF_CONSTRAINT\n`);
    expect(again.out).toContain('ORA-31684: Object type REF_CONSTRAINT:"HR"."GOOD_FK" already exists');
    expect(again.out).not.toContain("imported");
    expect(await impdp(`${plain}INCLUDE=REF_CONSTRAINT\n`)).toMatchObject({
      status: 1,
      out: expect.stringContaining("ORA-39168: Object path REF_CONSTRAINT was not found."),
    });
    expect(await impdp(`${parfile}INCLUDE=REF_CONSTRAINT\nEXCLUDE=STATISTICS\n`)).toMatchObject({
      status: 1,
      out: expect.stringContaining("UDI-00011"),
    });
  });

  it("refuses a password on the command line", async () => {
    expect(await base.run(["impdp", "LOADER/Load_pw_1@//localhost:1521/FREEPDB1", "DIRECTORY=D"])).toMatchObject({
      status: 1,
      out: expect.stringContaining("only parfile"),
    });
  });

  it("leaves out what is excluded and skips a table that is there", async () => {
    expect(await impdp(`${plain}EXCLUDE=JOB,DB_LINK,VIEW\n`)).toMatchObject({
      status: 0,
      out: expect.stringContaining("successfully completed"),
    });
    const again = await impdp(`${plain}EXCLUDE=JOB,DB_LINK,VIEW\n`);
    expect(again).toMatchObject({ status: 5, out: expect.stringContaining("ORA-39151") });
    expect((await base.moments()).at(-1)!.rows["HR.T"]).toBe(3);
  });

  it("stops a job at another client's word and keeps it in the dictionary", async () => {
    await writeFile(join(base.root, ".world/world.json"), JSON.stringify({ tableMilliseconds: 20 }));
    await put("many.dmp", {
      tables: Array.from({ length: 200 }, (_, at) => ({ owner: "HR", name: `T${at}`, columns: ["ID"], rows: [[at]] })),
      objects: [],
    });
    const running = impdp(plain.replace("ok.dmp", "many.dmp").concat("JOB_NAME=LONG_ONE\n"));
    while (!(await base.moments()).some(({ event }) => event.includes("LONG_ONE started")))
      await new Promise((resolve) => setTimeout(resolve, 10));
    await writeFile(join(base.root, "tmp/stop.par"), `${LOGIN}ATTACH=LONG_ONE\n`);
    const stop = await base.run(["impdp", `parfile=${join(base.root, "tmp/stop.par")}`], "STOP_JOB=IMMEDIATE\nyes\n");
    expect(stop.out).toContain("Are you sure you wish to stop this job");
    expect(await running).toMatchObject({ status: 1, out: expect.stringContaining("stopped by user request") });
    expect((await base.sql(`${IN_PDB}SELECT job_name || ' ' || state FROM dba_datapump_jobs;\n`)).out.trim()).toBe(
      "LONG_ONE NOT RUNNING",
    );
    expect(await impdp(`${plain}JOB_NAME=LONG_ONE\n`)).toMatchObject({
      status: 1,
      out: expect.stringContaining("ORA-31634"),
    });
  });

  it("exports what it has, and does not overwrite a dump unless told", async () => {
    await impdp(`${plain}EXCLUDE=JOB,DB_LINK,VIEW\n`);
    await writeFile(
      join(base.root, "tmp/e.par"),
      `${LOGIN}DIRECTORY=D\nDUMPFILE=back.dmp\nSCHEMAS=HR\nNOLOGFILE=YES\n`,
    );
    const run = (): Promise<Ran> => base.run(["expdp", `parfile=${join(base.root, "tmp/e.par")}`]);
    expect((await run()).status).toBe(0);
    expect(await readFile(join(base.root, FOLDER, "back.dmp"), "utf8")).toContain("b@prod.example");
    expect(await run()).toMatchObject({ status: 1, out: expect.stringContaining("ORA-27038") });
    expect(await impdp(`${plain.replace("ok.dmp", "back.dmp")}REMAP_SCHEMA=HR:NOBODY\n`)).toMatchObject({
      status: 5,
      out: expect.stringContaining("ORA-01918"),
    });
  });

  it("exports a part of a table with a row-level policy, and says so, unless the account is exempt", async () => {
    await put("policy.dmp", {
      tables: [{ owner: "HR", name: "T", columns: ["ID"], rows: [[1], [2], [3], [4]] }],
      objects: [{ owner: "HR", type: "RLS_POLICY", name: "P", status: "VALID", detail: { table: "T" } }],
    });
    await impdp(plain.replace("ok.dmp", "policy.dmp"));
    const parfile = `${LOGIN}DIRECTORY=D\nDUMPFILE=part.dmp\nSCHEMAS=HR\nNOLOGFILE=YES\nREUSE_DUMPFILES=YES\n`;
    await writeFile(join(base.root, "tmp/e.par"), parfile);
    const run = (): Promise<Ran> => base.run(["expdp", `parfile=${join(base.root, "tmp/e.par")}`]);
    expect((await run()).out).toMatch(/ORA-39181[\s\S]*"HR"\."T" .* 2 rows[\s\S]*successfully completed/);
    await base.sql(`${IN_PDB}GRANT EXEMPT ACCESS POLICY TO LOADER;\n`);
    const whole = (await run()).out;
    expect(whole).toMatch(/"HR"\."T" .* 4 rows/);
    expect(whole).not.toContain("ORA-39181");
  });

  it("reads blocks with RMAN and refuses a backup of an open database without archiving", async () => {
    await writeFile(join(base.root, "tmp/r.rman"), "FOO;\nVALIDATE DATABASE;\n");
    const ran = await base.run(["rman", "target", "/", `cmdfile=${join(base.root, "tmp/r.rman")}`]);
    expect(ran.status).toBe(1);
    expect(ran.out).not.toContain("Marked Corrupt");
    expect((await base.run(["rman", "target", "/"], "FOO;\nVALIDATE DATABASE;\n")).out).toContain("Marked Corrupt");
    expect(await base.run(["rman", "target", "/"], "BACKUP DATABASE;\n")).toMatchObject({
      status: 1,
      out: expect.stringContaining("RMAN-06149"),
    });
  });
});

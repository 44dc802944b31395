import { afterEach, describe, expect, it } from "vitest";
import { inspectSource } from "../../src/export/inspect-source.ts";
import { planExport } from "../../src/export/plan-export.ts";
import type { Seed } from "../../src/lock/lock.ts";
import type { SourceAccount } from "../world/oracle/database/options.ts";
import { sampleSchemas } from "../world/oracle/database/sample-data.ts";
import { openFolderHost } from "../world/oracle/folder-host.ts";
import { EXPORTER, openSource, sampleIdentity, sampleSeed } from "./source.ts";

type Options = Parameters<typeof openSource>[0];
const opened: ReturnType<typeof openSource>[] = [];

afterEach(() => {
  for (const source of opened.splice(0)) source.remove();
});

async function inspect(options: Options = {}, seed: Seed = sampleSeed(), extra: object = {}) {
  const source = openSource(options);
  opened.push(source);
  const request = { seed, directory: "SEEDBED_DIR", service: "HRPDB", ...extra };
  const report = await inspectSource(request, source.ports());
  return { source, report, codes: report.findings.map((one) => `${one.severity} ${one.code}`) };
}

function exporter(change: Partial<SourceAccount>): Options {
  return { account: { ...EXPORTER, ...change } };
}

describe("an inspection", () => {
  it("gives the facts of a healthy source and starts nothing", async () => {
    const { source, report } = await inspect();
    expect(report.facts).toEqual({
      name: "hr-prod",
      service: "HRPDB",
      dbid: "2894710066",
      version: "19.27.0.0.0",
      charset: "AL32UTF8",
      nationalCharset: "AL16UTF16",
      timeZoneFile: 43,
    });
    expect(report.findings.filter((one) => one.severity === "error")).toEqual([]);
    expect(report.estimatedBytes).toBeGreaterThan(100_000);
    expect(source.counts()).toMatchObject({
      exports: { started: 0, completed: 0, stopped: 0 },
      jobs_left: [],
      files_left: [],
      statements_refused: 0,
    });
  });

  it("lists what is invalid in the schemas of the scope", async () => {
    const { report } = await inspect({}, sampleSeed({ scope: [{ name: "HR" }] }));
    expect(report.invalidObjects).toEqual(["HR PROCEDURE OLD_PAYROLL"]);
  });

  it("warns of foreign keys that leave the scope, and of parents in part", async () => {
    const tables = [{ name: "EMPLOYEES" }, { name: "JOBS", where: "job_id = 'CLERK'" }];
    const { report } = await inspect({}, sampleSeed({ scope: [{ name: "HR", tables }] }));
    expect(report.findings.map((one) => one.what)).toEqual([
      "HR.EMPLOYEES refers to HR.DEPARTMENTS, which is not exported (constraint EMP_DEPT_FK)",
      "HR.EMPLOYEES refers to HR.JOBS, which is only partly exported (constraint EMP_JOB_FK)",
    ]);
  });

  it("does not ask 12.1 for a column that came with 18c", async () => {
    const { source, report } = await inspect({ settings: { version: "12.1.0.2.0" } });
    expect(report.facts.version).toBe("12.1.0.2.0");
    expect(source.counts().statements).not.toContain("seedbed:full-version");
  });
});

describe("an inspection finds", () => {
  const WHERE = (where: string) => sampleSeed({ scope: [{ name: "HR", tables: [{ name: "EMPLOYEES", where }] }] });
  const hr = () => sampleSchemas().filter((schema) => schema.name !== "OE");
  const withTable = (change: object) =>
    hr().map((schema) => ({ ...schema, tables: schema.tables.map((table) => ({ ...table, ...change })) }));
  const HR = sampleSeed({ scope: [{ name: "HR" }] });

  it.each<[string, Options, Seed, string]>([
    [
      "a standby",
      { settings: { role: "PHYSICAL STANDBY", openMode: "READ ONLY WITH APPLY" } },
      HR,
      "error source-read-only",
    ],
    [
      "an account without CREATE TABLE",
      exporter({ privileges: ["UNLIMITED TABLESPACE"] }),
      HR,
      "error source-privilege",
    ],
    ["an account without quota", exporter({ privileges: ["CREATE TABLE"] }), HR, "error source-quota"],
    ["an account without the role", exporter({ roles: ["SELECT_CATALOG_ROLE"] }), HR, "error source-role"],
    [
      "a directory that may only be read",
      exporter({ directories: { SEEDBED_DIR: ["READ"] } }),
      HR,
      "error source-directory",
    ],
    ["a directory without any grant", exporter({ directories: {} }), HR, "error source-directory"],
    ["an unknown schema", {}, sampleSeed({ scope: [{ name: "HRX" }] }), "error source-schema-unknown"],
    [
      "an unknown table",
      {},
      sampleSeed({ scope: [{ name: "HR", tables: [{ name: "EMPS" }] }] }),
      "error source-table-unknown",
    ],
    ["a condition with an unknown column", {}, WHERE("hire_date > 1"), "error source-condition"],
    ["a condition that is none", {}, WHERE("hired >"), "error source-condition"],
    ["a condition that breaks out", {}, WHERE("1 = 1) OR (1 = 1"), "error source-condition"],
    [
      "a policy that hides rows",
      {
        schemas: withTable({ policies: ["HIDE"] }),
        ...exporter({ privileges: ["CREATE TABLE", "UNLIMITED TABLESPACE"] }),
      },
      HR,
      "error source-rows-hidden",
    ],
    ["redaction", { schemas: withTable({ redactions: ["MASK_SALARY"] }) }, HR, "warning source-redacted"],
    ["encrypted tables", { schemas: withTable({ encrypted: "tablespace" }) }, HR, "warning source-encrypted"],
    ["another character set", { settings: { charset: "WE8MSWIN1252" } }, HR, "warning source-charset"],
  ])("%s", async (...row) => {
    const [, options, seed, code] = row;
    const { codes } = await inspect(options, seed);
    expect(codes).toContain(code);
  });

  it("no hidden rows for an account that is exempt", async () => {
    const { codes } = await inspect({ schemas: withTable({ policies: ["HIDE"] }) }, HR);
    expect(codes).toEqual([]);
  });

  it("a newer time zone file than the target's base has without updates", async () => {
    const onto = (profile: "ee-19c" | "gvenzl-free") => ({ ...HR, target: { profile, charset: "AL32UTF8" } });
    expect((await inspect({}, onto("ee-19c"))).codes).toEqual(["warning source-time-zone"]);
    expect((await inspect({ settings: { timeZoneFile: 32 } }, onto("ee-19c"))).codes).toEqual([]);
    // What a base of Oracle Free has depends on its version, which only the image itself knows.
    expect((await inspect({}, onto("gvenzl-free"))).codes).toEqual([]);
  });

  it("all of them at once, and plans nothing then", async () => {
    const seed = sampleSeed({ scope: [{ name: "HRX" }, { name: "HR", tables: [{ name: "EMPS" }] }] });
    const { report, codes } = await inspect(
      { settings: { role: "PHYSICAL STANDBY" }, ...exporter({ roles: ["SELECT_CATALOG_ROLE"] }) },
      seed,
    );
    expect(codes.sort()).toEqual([
      "error source-read-only",
      "error source-role",
      "error source-schema-unknown",
      "error source-table-unknown",
    ]);
    expect(() => planExport(seed, report, sampleIdentity(seed))).toThrow("The source has no schema HRX.");
  });

  it("a near name for a directory", async () => {
    const { report } = await inspect({}, HR, { directory: "SEEDBED_DIRS" });
    expect(report.findings[0]!.fix).toContain("did you mean SEEDBED_DIR?");
  });

  it("a disk that is too small, and only doubts it where rows are left out", async () => {
    const source = openSource();
    opened.push(source);
    const ports = { ...source.ports(), host: openFolderHost(1000) };
    const request = { directory: "SEEDBED_DIR", service: "HRPDB" };
    const whole = await inspectSource({ ...request, seed: HR }, ports);
    expect(whole.findings).toMatchObject([{ severity: "error", code: "source-space" }]);
    const part = await inspectSource({ ...request, seed: WHERE("hired > DATE '2020-01-01'") }, ports);
    expect(part.findings.find((one) => one.code === "source-space")).toMatchObject({ severity: "warning" });
  });

  it("a folder that the SSH host cannot list", async () => {
    const source = openSource();
    opened.push(source);
    const host = { ...openFolderHost(), list: () => Promise.reject(new Error("Permission denied")) };
    const report = await inspectSource(
      { seed: HR, directory: "SEEDBED_DIR", service: "HRPDB" },
      { ...source.ports(), host },
    );
    expect(report.findings).toMatchObject([
      { code: "source-folder-unreadable", what: expect.stringContaining("Permission denied") },
    ]);
  });

  it("no way past hidden dictionary views, with the grant to ask for", async () => {
    const running = inspect(exporter({ roles: ["DATAPUMP_EXP_FULL_DATABASE"] }));
    await expect(running).rejects.toMatchObject({
      code: "source-ora-00942",
      fix: "Ask the DBA to run: GRANT SELECT_CATALOG_ROLE TO SEEDBED;",
    });
  });
});

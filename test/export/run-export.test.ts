import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { cleanUpExport } from "../../src/export/clean-up-export.ts";
import { ExportError } from "../../src/export/export-error.ts";
import { inspectSource } from "../../src/export/inspect-source.ts";
import { planExport } from "../../src/export/plan-export.ts";
import { runExport } from "../../src/export/run-export.ts";
import type { Seed } from "../../src/lock/lock.ts";
import { type DumpContents, readDump } from "../world/dump/format.ts";
import { sampleSchemas } from "../world/oracle/database/sample-data.ts";
import { openInProcess } from "../world/oracle/in-process-session.ts";
import { CANARY, openSource, sampleIdentity, sampleSeed } from "./source.ts";

type Source = ReturnType<typeof openSource>;
const opened: Source[] = [];

function open(options: Parameters<typeof openSource>[0] = {}): Source {
  const source = openSource(options);
  opened.push(source);
  return source;
}

afterEach(() => {
  for (const source of opened.splice(0)) source.remove();
});

async function exportSeed(source: Source, seed: Seed = sampleSeed(), signal = new AbortController().signal) {
  const ports = source.ports();
  const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
  const plan = planExport(seed, report, sampleIdentity(seed));
  return { report, plan, ports, outcome: await runExport(plan, ports, signal) };
}

async function failedExport(source: Source, seed?: Seed, signal?: AbortSignal): Promise<ExportError> {
  const error = await exportSeed(source, seed, signal).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ExportError);
  return error as ExportError;
}

function dumpsIn(folder: string): DumpContents[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".dmp"))
    .sort();
  return names.map((name) => readDump(readFileSync(join(folder, name))));
}

function rowsIn(dumps: DumpContents[], table: string): number {
  const parts = dumps.flatMap((dump) => dump.tables).filter((one) => `${one.owner}.${one.name}` === table);
  return parts.reduce((sum, one) => sum + one.rows.length, 0);
}

describe("an export", () => {
  it("writes the chosen rows of one schema and all of another, at one SCN", async () => {
    const source = open();
    const { outcome } = await exportSeed(source);
    const dumps = dumpsIn(source.folder);
    expect(new Set(dumps.map((dump) => dump.header.scn))).toEqual(new Set([outcome.scn]));
    expect(dumps.map((dump) => dump.header.mode)).toEqual(["SCHEMA", "TABLE"]);
    const table = source.data.table("HR", "EMPLOYEES");
    const hired = table.columns.indexOf("HIRED");
    const wanted = table.rows.filter((row) => String(row.cells[hired]) > "2020-01-01").length;
    expect(wanted).toBeGreaterThan(100);
    expect(rowsIn(dumps, "HR.EMPLOYEES")).toBe(wanted);
    expect(rowsIn(dumps, "OE.ORDERS")).toBe(2000);
    expect(rowsIn(dumps, "HR.DEPARTMENTS")).toBe(0);
    expect(source.counts()).toMatchObject({
      exports: { started: 2, completed: 2, stopped: 0 },
      jobs_left: [],
      statements_refused: 0,
    });
  });

  it("reports the same rows, files and directory that the source holds", async () => {
    const source = open();
    const { outcome } = await exportSeed(source);
    const dumps = dumpsIn(source.folder);
    for (const { schema, table, rows } of outcome.rows) expect(rowsIn(dumps, `${schema}.${table}`)).toBe(rows);
    expect(outcome.rows.map((row) => `${row.schema}.${row.table}`)).toEqual([
      "HR.EMPLOYEES",
      "OE.CUSTOMERS",
      "OE.ORDERS",
      "OE.ORDER_ITEMS",
      "OE.PRODUCTS",
    ]);
    expect(outcome.files).toEqual(source.counts().files_left.filter((name) => name.endsWith(".dmp")));
    expect(outcome.directory).toEqual({ name: "SEEDBED_DIR", path: source.folder });
    expect(outcome.exportedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    for (const file of outcome.files) expect(statSync(join(source.folder, file)).mode & 0o777).toBe(0o640);
  });

  it("leaves users, links and statistics out, and keeps views and jobs", async () => {
    const source = open();
    await exportSeed(source, sampleSeed({ scope: [{ name: "HR" }] }));
    const types = dumpsIn(source.folder).flatMap((dump) => dump.objects.map((object) => object.type));
    expect(types).not.toContain("USER");
    expect(types).not.toContain("DB_LINK");
    // The container makes owners and their quotas itself; the source's tablespaces and roles are not there.
    expect(types).not.toContain("TABLESPACE_QUOTA");
    expect(types).not.toContain("DEFAULT_ROLE");
    expect(types).toEqual(expect.arrayContaining(["VIEW", "JOB", "SEQUENCE", "ROLE_GRANT"]));
  });

  it("exports every schema that Oracle does not maintain when none is named", async () => {
    const source = open();
    const { outcome } = await exportSeed(source, sampleSeed({ scope: [] }));
    expect(new Set(outcome.rows.map((row) => row.schema))).toEqual(new Set(["HR", "OE"]));
    expect(outcome.jobs).toHaveLength(1);
  });

  it.each(["column", "tablespace"] as const)(
    "of a source with an encrypted %s succeeds and says that the dump holds it in clear",
    async (encrypted) => {
      const schemas = sampleSchemas().map((schema) => ({
        ...schema,
        tables: schema.tables.map((table) => (table.name === "CUSTOMERS" ? { ...table, encrypted } : table)),
      }));
      const source = open({ schemas });
      const { outcome, report } = await exportSeed(source);
      expect(outcome.warnings).toEqual([expect.stringMatching(/_1 holds in clear .* encrypted .*ORA-39173/)]);
      expect(outcome.jobs.map((job) => job.allowedErrors)).toEqual([[{ code: "ORA-39173", count: 1 }], []]);
      const found = report.findings.filter(({ code }) => code === "source-encrypted");
      expect(found).toMatchObject([{ severity: "warning", what: expect.stringContaining("OE.CUSTOMERS") }]);
    },
  );

  it("cuts the dump into files of the piece size", async () => {
    const source = open();
    const seed = sampleSeed({ export: { parallel: 1, compression: "none", piece_size: "1Mi" } });
    const { outcome } = await exportSeed(source, seed);
    expect(outcome.files.length).toBeGreaterThan(4);
    for (const file of outcome.files) expect(statSync(join(source.folder, file)).size).toBeLessThanOrEqual(1024 * 1024);
    expect(rowsIn(dumpsIn(source.folder), "OE.ORDER_ITEMS")).toBe(4000);
  });

  it("spreads a table over several files only where one has no room for it", async () => {
    const source = open();
    const partsOf = (table: string) =>
      dumpsIn(source.folder).flatMap((dump) => dump.tables.filter((one) => `${one.owner}.${one.name}` === table))
        .length;
    const seed = (piece: string) =>
      sampleSeed({ scope: [{ name: "HR" }], export: { parallel: 1, compression: "none", piece_size: piece } });
    const { outcome } = await exportSeed(source, seed("1Mi"));
    expect(partsOf("HR.EMPLOYEES")).toBe(1);
    await cleanUpExport(outcome, source.ports());
    await exportSeed(source, seed("100Ki"));
    expect(partsOf("HR.EMPLOYEES")).toBeGreaterThan(2);
    expect(rowsIn(dumpsIn(source.folder), "HR.EMPLOYEES")).toBe(3000);
  });

  it("takes the rows of its SCN even when others are inserted while it runs", async () => {
    const source = open();
    const hold = source.pump.hold("OE.CUSTOMERS");
    const running = exportSeed(source);
    await hold.reached;
    source.data.insert("OE", "CUSTOMERS", [[9001, "Late", "late@mail.example", "Rom"]]);
    hold.release();
    await running;
    expect(rowsIn(dumpsIn(source.folder), "OE.CUSTOMERS")).toBe(400);
  });

  it("sees rows that were inserted before it", async () => {
    const source = open();
    source.data.insert("OE", "CUSTOMERS", [[9001, "New", "new@mail.example", "Rom"]]);
    await exportSeed(source);
    expect(rowsIn(dumpsIn(source.folder), "OE.CUSTOMERS")).toBe(401);
  });

  it("writes one JSON line first into each log", async () => {
    const source = open();
    const { outcome, plan } = await exportSeed(source);
    const log = readFileSync(join(source.folder, plan.jobs[0]!.logFile), "utf8");
    const text = log.split("\n")[0]!.replace(/^[^{]*/, "");
    expect(JSON.parse(text)).toEqual({
      database: "hr",
      seed_inputs: plan.seedInputs,
      scn: outcome.scn,
      run: "77",
    });
  });

  it("asks for the target's release when the source is newer", async () => {
    const source = open({ settings: { version: "23.0.0.0.0", fullVersion: "23.8.0.0.0" } });
    const seed = sampleSeed({ target: { profile: "ee-19c", charset: "AL32UTF8" } });
    const { plan } = await exportSeed(source, seed);
    expect(plan.jobs.map((job) => job.version)).toEqual(["19", "19"]);
  });

  it("numbers files with %U before 19c", async () => {
    const source = open({ settings: { version: "12.1.0.2.0" } });
    const { outcome, report } = await exportSeed(source);
    expect(report.facts.version).toBe("12.1.0.2.0");
    expect(outcome.files[0]).toMatch(/_1_01\.dmp$/);
  });

  it("removes everything of itself when asked, and nothing else", async () => {
    const source = open();
    writeFileSync(join(source.folder, "SEEDBED_notes.txt"), "not ours");
    const { outcome } = await exportSeed(source);
    const clean = await cleanUpExport(outcome, source.ports());
    expect(clean.left).toEqual([]);
    expect(source.counts().files_left).toEqual(["SEEDBED_notes.txt"]);
  });

  it("removes files through the host where UTL_FILE is closed", async () => {
    const source = open({ settings: { utlFile: false } });
    const { outcome } = await exportSeed(source);
    expect((await cleanUpExport(outcome, source.ports())).left).toEqual([]);
    expect(source.counts().files_left).toEqual([]);
  });
});

describe("a failing export", () => {
  const snapshot = {
    lines: ['ORA-01555: snapshot too old: rollback segment number 25 with name "_SYSSMU25$" too small'],
    fatal: false,
  };

  it("is a failure when Data Pump completed but skipped a table", async () => {
    const source = open();
    source.pump.failNext({ at: "OE.ORDERS", ...snapshot });
    const error = await failedExport(source);
    expect(error.code).toBe("export-errors");
    expect(error.message).toContain('ORA-31693: Table data object "OE"."ORDERS"');
    expect(error.message).toContain("ORA-01555: snapshot too old");
    expect(error.fix).toContain("undo_retention");
    expect(source.counts().exports.completed).toBe(1);
    expect(source.counts()).toMatchObject({ jobs_left: [], files_left: [] });
    expect(error.leftOnSource).toEqual([]);
  });

  it("removes the control table that a fatal error leaves", async () => {
    const source = open();
    source.pump.failNext({
      at: "end",
      lines: ["ORA-39097: Data Pump job encountered unexpected error -600"],
      fatal: true,
    });
    const error = await failedExport(source);
    expect(error.message).toContain("ORA-39097");
    expect(source.counts()).toMatchObject({ jobs_left: [], files_left: [] });
  });

  it("fails when the log is not in the language that it reads", async () => {
    const source = open();
    const hold = source.pump.hold("OE.CUSTOMERS");
    const running = failedExport(source);
    await hold.reached;
    for (const job of source.pump.jobs) job.language = "GERMAN";
    hold.release();
    expect((await running).code).toBe("export-log-incomplete");
  });

  it("quotes the reason that only the job's status tells", async () => {
    const source = open({ settings: { enterprise: false } });
    const seed = sampleSeed({ export: { parallel: 4, compression: "none", piece_size: "1Gi" } });
    const error = await failedExport(source, seed);
    expect(error.message).toContain("ORA-39094: Parallel execution not supported");
    expect(error.fix).toContain("parallel to 1");
    expect(source.counts()).toMatchObject({ jobs_left: [], files_left: [] });
  });

  it("names what it could not remove", async () => {
    const source = open({ settings: { utlFile: false } });
    const seed = sampleSeed();
    const ports = source.ports();
    const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
    const plan = planExport(seed, report, sampleIdentity(seed));
    source.pump.failNext({ at: "OE.ORDERS", ...snapshot });
    const host = { ...ports.host, remove: () => Promise.reject(new Error("Permission denied")) };
    const error: ExportError = await runExport(plan, { ...ports, host }, new AbortController().signal).then(
      () => expect.unreachable(),
      (cause: ExportError) => cause,
    );
    const kept = source.counts().files_left.map((name) => `file ${join(source.folder, name)}`);
    expect(kept.length).toBeGreaterThan(1);
    expect([...error.leftOnSource].sort()).toEqual(kept);
  });

  it("fails when the SSH host does not see the files that the log names", async () => {
    const source = open();
    const seed = sampleSeed();
    const ports = source.ports();
    const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
    const plan = planExport(seed, report, sampleIdentity(seed));
    const list = async (folder: string) =>
      (await ports.host.list(folder)).filter((name) => name !== `${plan.prefix}_2_01.dmp`);
    const running = runExport(plan, { ...ports, host: { ...ports.host, list } }, new AbortController().signal);
    await expect(running).rejects.toMatchObject({
      code: "export-files-differ",
      message: expect.stringContaining(`${plan.prefix}_2_01.dmp`),
    });
  });

  it("shows the password in no text", async () => {
    const source = open();
    source.pump.failNext({ at: "OE.ORDERS", ...snapshot });
    const error = await failedExport(source);
    expect(`${error.message}${error.fix}${error.stack}`).not.toContain(CANARY);
  });
});

describe("a cancelled export", () => {
  it("stops the job at once and leaves nothing", async () => {
    const source = open({ settings: { paceMilliseconds: 20 } });
    const cancel = new AbortController();
    const hold = source.pump.hold("OE.CUSTOMERS");
    const running = failedExport(source, sampleSeed(), cancel.signal);
    await hold.reached;
    cancel.abort();
    const error = await running;
    expect(error.code).toBe("export-cancelled");
    // The session that started the job stops it: nothing has to attach first.
    expect(source.counts().statements).toContain("seedbed:stop-job");
    expect(source.counts().statements).not.toContain("seedbed:drop-control-table");
    expect(source.counts()).toMatchObject({
      exports: { started: 1, completed: 0, stopped: 1 },
      jobs_left: [],
      files_left: [],
    });
  });
});

describe("a cancel before the start", () => {
  it("starts nothing", async () => {
    const source = open();
    const error = await failedExport(source, sampleSeed(), AbortSignal.abort());
    expect(error.code).toBe("export-cancelled");
    expect(source.counts()).toMatchObject({ exports: { started: 0 }, jobs_left: [], files_left: [] });
  });
});

describe("what a killed run left", () => {
  /** A run whose process dies while its job waits before a table. */
  async function killRun(source: Source, seed = sampleSeed(), database = "hr"): Promise<string> {
    const ports = source.ports();
    const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
    const plan = planExport(seed, report, { ...sampleIdentity(seed, 1_780_000_000_000), database });
    const hold = source.pump.hold("OE.CUSTOMERS");
    const lost = new Promise<never>(() => {});
    const session = { ...ports.database };
    const { block } = session;
    session.block = (statement, binds) => (statement.tag === "seedbed:job-status" ? lost : block(statement, binds));
    void runExport(plan, { ...ports, database: session }, new AbortController().signal);
    await hold.reached;
    await ports.database.close();
    return plan.prefix;
  }

  it("is stopped and removed by the next run of the same inputs", async () => {
    const source = open();
    const prefix = await killRun(source);
    expect(source.counts().jobs_left).toEqual([`SEEDBED.${prefix}_1`]);
    source.pump.hold("nothing");
    const { outcome } = await exportSeed(source);
    const counts = source.counts();
    expect(counts.exports).toEqual({ started: 3, completed: 2, stopped: 1 });
    expect(counts.jobs_left).toEqual([]);
    expect(counts.files_left.filter((name) => name.startsWith(prefix))).toEqual([]);
    expect(outcome.prefix).not.toBe(prefix);
  });

  it("is removed when only its control table is there", async () => {
    const source = open();
    await killRun(source);
    source.pump.kill();
    await expect.poll(() => source.pump.jobs.map((job) => job.state)).toEqual(["NOT RUNNING"]);
    await exportSeed(source);
    expect(source.counts().jobs_left).toEqual([]);
  });

  it("is removed when it is files of the same inputs that no log claims, and no others", async () => {
    const source = open();
    const own = sampleIdentity(sampleSeed()).seedInputs.slice(7, 15).toUpperCase();
    const [ours, foreign] = [`SEEDBED_${own}_KILLED_1_01.dmp`, "SEEDBED_00000000_OTHER_1_01.dmp"];
    for (const name of [ours, foreign]) writeFileSync(join(source.folder, name), "half a dump");
    await exportSeed(source);
    expect(source.counts().files_left).not.toContain(ours);
    expect(source.counts().files_left).toContain(foreign);
  });

  it("stays when it belongs to another database", async () => {
    const source = open();
    const prefix = await killRun(source, sampleSeed(), "payroll");
    source.pump.hold("nothing");
    await exportSeed(source);
    expect(source.counts().jobs_left).toEqual([`SEEDBED.${prefix}_1`]);
  });

  it("stays when it was made of other inputs", async () => {
    const source = open();
    const prefix = await killRun(source, sampleSeed({ scope: [{ name: "OE" }] }));
    source.pump.hold("nothing");
    await exportSeed(source);
    expect(source.counts().jobs_left).toEqual([`SEEDBED.${prefix}_1`]);
  });

  it("goes by itself when the session ended while the job was being defined", async () => {
    const source = open();
    const session = openInProcess(source.engine, "SEEDBED");
    const { openCall } = await import("../../src/export/job-calls.ts");
    const ports = source.ports();
    const seed = sampleSeed();
    const report = await inspectSource({ seed, directory: "SEEDBED_DIR", service: "HRPDB" }, ports);
    const plan = planExport(seed, report, sampleIdentity(seed));
    const call = openCall(plan.jobs[0]!, { directory: "SEEDBED_DIR", scn: "1", description: "{}" });
    await session.block(call.statement, call.binds);
    expect(source.counts().jobs_left).toHaveLength(1);
    await session.close();
    expect(source.counts().jobs_left).toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDescription } from "../../src/export/earlier-exports.ts";
import { parseExportLog } from "../../src/export/export-log.ts";
import { sumRows } from "../../src/export/sum-rows.ts";

// Lines as Oracle's Data Pump labs, manuals and published posts print them.
const LOG_19C = `26-APR-25 07:43:15.640: Starting "DPUSER"."NO_COMPRESSION":  dpuser/******** parfile=/home/oracle/x.par
26-APR-25 07:43:16.100: W-1 Processing object type SCHEMA_EXPORT/TABLE/TABLE_DATA
26-APR-25 07:43:17.000: W-3      Completed 14 TABLE objects in 2 seconds
26-APR-25 07:43:18.000: W-3 . . exported "F1"."F1_RESULTS"                           1.429 MB   26439 rows in 0 seconds using direct_path
26-APR-25 07:43:18.100: W-3 . . exported "F1"."F1_EMPTY"                                 0 KB       0 rows in 0 seconds using external_table
26-APR-25 07:43:18.200: W-3 . . exported "SCOTT"."XP":"P2"                           5.398 KB       1 rows
26-APR-25 07:43:18.300: W-3 . . exported "SCOTT"."XP":"P3"."SP1"                     5.398 KB       4 rows
26-APR-25 07:43:19.000: W-1 Master table "DPUSER"."NO_COMPRESSION" successfully loaded/unloaded
26-APR-25 07:43:19.100: ******************************************************************************
26-APR-25 07:43:19.200: Dump file set for DPUSER.NO_COMPRESSION is:
26-APR-25 07:43:19.300:   /home/oracle/dp-01.dmp
26-APR-25 07:43:19.400:   /home/oracle/dp-02.dmp
26-APR-25 07:43:20.000: Job "DPUSER"."NO_COMPRESSION" successfully completed at Fri May 2 18:28:13 2025 elapsed 0 00:00:10
`;

describe("a log of 19c", () => {
  const log = parseExportLog(LOG_19C);

  it("gives the rows of tables, empty tables, partitions and subpartitions", () => {
    expect(log.rows).toEqual([
      { schema: "F1", table: "F1_RESULTS", partition: null, rows: 26439 },
      { schema: "F1", table: "F1_EMPTY", partition: null, rows: 0 },
      { schema: "SCOTT", table: "XP", partition: "P2", rows: 1 },
      { schema: "SCOTT", table: "XP", partition: "SP1", rows: 4 },
    ]);
    expect(sumRows(log.rows)[2]).toEqual({ schema: "SCOTT", table: "XP", rows: 5 });
  });

  it("gives the files and the end", () => {
    expect(log.files).toEqual(["dp-01.dmp", "dp-02.dmp"]);
    expect(log.end).toEqual({ job: "NO_COMPRESSION", result: "completed", errors: 0 });
    expect(log.errors).toEqual([]);
  });
});

describe("other forms", () => {
  it.each([
    ["no METRICS", '. . exported "F1"."F1_LAPTIMES"                          16.98 MB  571047 rows', 571047],
    ["an 11g table of SYS", '. . exported "SYS"."AUD$"                                    0 KB       0 rows', 0],
    ["gigabytes", '. . exported "XX"."AAAA" 2.002 GB 1461 rows', 1461],
  ])("reads a rows line with %s", (_name, line, rows) => {
    expect(parseExportLog(line).rows.map((row) => row.rows)).toEqual([rows]);
  });

  it.each([
    ['Job "SYSTEM"."SYS_EXPORT_SCHEMA_01" successfully completed at 10:19:20', "completed", 0],
    ['Job "D"."J" completed with 1 error(s) at Thu May 1 08:05:05 2025 elapsed 0 00:00:05', "completed-with-errors", 1],
    ['Job "D"."J" stopped due to fatal error at Fri May 2 14:34:13 2025 elapsed 0 00:00:02', "stopped", 0],
    ['Job "D"."J" stopped by user request at Fri May 2 14:34:13 2025 elapsed 0 00:00:02', "stopped", 0],
  ])("reads the end %s", (line, result, errors) => {
    expect(parseExportLog(line).end).toMatchObject({ result, errors });
  });

  it("keeps an error together with its detail lines, and two errors apart", () => {
    const log =
      parseExportLog(`01-MAY-25 08:05:03.845: ORA-31693: Table data object "A"."T1" failed to load/unload and is being skipped due to error:
ORA-02354: error in exporting/importing data
ORA-01555: snapshot too old: rollback segment number 25 with name "_SYSSMU25_1608416701$" too small
01-MAY-25 08:05:04.000: W-1 . . exported "A"."T2" 5 KB 3 rows
01-MAY-25 08:05:05.000: ORA-39181: Only partial table data may be exported due to fine grain access control on "A"."T2"
`);
    expect(log.errors.map((error) => error.code)).toEqual(["ORA-31693", "ORA-39181"]);
    expect(log.errors[0]!.text.split("\n")).toHaveLength(3);
  });

  it("sees errors in a log without stamps", () => {
    const log = parseExportLog('ORA-31693: x\nORA-02354: y\n. . exported "A"."B" 5 KB 3 rows\nORA-39181: z\n');
    expect(log.errors.map((error) => error.code)).toEqual(["ORA-31693", "ORA-39181"]);
  });

  it("does not take an imported line, a message or a localised end for what it looks for", () => {
    const log = parseExportLog(
      '. . imported "A"."B" 5 KB 3 rows\nI saw . . exported "A"."B" 5 KB 3 rows\nJob "A"."J" erfolgreich abgeschlossen um 10:00\n',
    );
    expect(log).toEqual({ rows: [], errors: [], files: [], end: null });
  });

  it("finds our first entry behind a stamp and no other JSON", () => {
    const entry = { database: "hr", seed_inputs: "sha256:1", scn: "5", run: "7" };
    expect(parseDescription(`{"a":1}\n26-APR-25 07:43:15.640: ${JSON.stringify(entry)}\n`)).toEqual(entry);
    expect(parseDescription('{"database":"hr"}\n{broken\n')).toBeNull();
  });
});

const name = fc.stringMatching(/^[A-Z][A-Za-z0-9_$# ]{0,20}[A-Z0-9]$/);
const table = fc.record({
  schema: name,
  table: name,
  partition: fc.option(name),
  rows: fc.nat({ max: 2_000_000_000 }),
});

describe("any log", () => {
  it("gives back every rows line, whatever the names and with or without stamp and worker", () => {
    fc.assert(
      fc.property(fc.array(table), fc.boolean(), fc.boolean(), (tables, stamped, metrics) => {
        const text = tables.map((one) => {
          const part = one.partition === null ? "" : `:"${one.partition}"`;
          const head = `${stamped ? "26-APR-25 07:43:15.640: " : ""}${metrics ? "W-12 " : ""}`;
          const tail = metrics ? " in 3 seconds using direct_path" : "";
          return `${head}. . exported "${one.schema}"."${one.table}"${part}   5.445 KB ${one.rows} rows${tail}`;
        });
        expect(parseExportLog(text.join("\n")).rows).toEqual(tables);
      }),
    );
  });

  it("never fails and finds no end in text that has none", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseExportLog(text).end).toBeNull();
      }),
    );
  });

  it("counts the same rows in whatever order partitions are written", () => {
    fc.assert(
      fc.property(fc.array(table), (tables) => {
        const forward = sumRows(tables);
        expect(sumRows([...tables].reverse())).toEqual(forward);
        const total = tables.reduce((sum, one) => sum + one.rows, 0);
        expect(forward.reduce((sum, one) => sum + one.rows, 0)).toBe(total);
      }),
    );
  });
});

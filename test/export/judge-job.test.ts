import { describe, expect, it } from "vitest";
import { DatabaseError } from "../../src/ports/database-error.ts";
import { explainDatabaseError } from "../../src/export/explain-error.ts";
import type { ExportJob } from "../../src/export/export-plan.ts";
import { parseExportLog } from "../../src/export/export-log.ts";
import { judgeJob } from "../../src/export/judge-job.ts";

const JOB: ExportJob = {
  name: "J_1",
  mode: "TABLE",
  version: "COMPATIBLE",
  dumpFile: "J_1_%L.dmp",
  logFile: "J_1.log",
  fileSize: "1073741824B",
  compression: "NONE",
  parallel: 1,
  schemaExpression: "IN ('HR')",
  nameExpression: "IN ('A','B')",
  excludeExpression: "IN ('STATISTICS')",
  tables: {
    HR: [
      { name: "A", where: null },
      { name: "B", where: null },
    ],
  },
};
const ROWS = '. . exported "HR"."A" 5 KB 3 rows\n. . exported "HR"."B" 5 KB 4 rows\n';
const FILES = "Dump file set for S.J_1 is:\n  /d/J_1_01.dmp\n";
const END = 'Job "S"."J_1" successfully completed at Fri May 2 18:28:13 2025 elapsed 0 00:00:10\n';

function judge(text: string, job: Partial<ExportJob> = {}, allowed: string[] = []) {
  return judgeJob({ ...JOB, ...job }, parseExportLog(text), allowed);
}

describe("a verdict", () => {
  it("accepts a log in which everything agrees", () => {
    expect(judge(ROWS + FILES + END)).toEqual({
      ok: true,
      job: { name: "J_1", mode: "TABLE", allowedErrors: [] },
      warnings: [],
    });
  });

  it.each([
    ["no last line", ROWS + FILES, "export-log-incomplete"],
    ["the last line of another job", ROWS + FILES + END.replace("J_1", "J_2"), "export-log-incomplete"],
    ["no files", ROWS + END, "export-log-incomplete"],
    ["a stop", ROWS + FILES + 'Job "S"."J_1" stopped due to fatal error at x\n', "export-stopped"],
    ["a missing table", ROWS.split("\n")[0] + "\n" + FILES + END, "export-tables-missing"],
    ["an unplanned table", ROWS + ROWS.replaceAll('"B"', '"C"') + FILES + END, "export-tables-unplanned"],
    ["another schema", ROWS + '. . exported "OE"."A" 5 KB 3 rows\n' + FILES + END, "export-tables-unplanned"],
    ["an error under a successful end", `ORA-39181: partial\n${ROWS}${FILES}${END}`, "export-errors"],
    [
      "counted errors that nobody names",
      ROWS + FILES + 'Job "S"."J_1" completed with 2 error(s) at x\n',
      "export-errors",
    ],
  ])("refuses %s", (_name, text, code) => {
    expect(judge(text)).toMatchObject({ ok: false, code });
  });

  it("accepts errors that are allowed, and counts them", () => {
    const text = `ORA-39139: not exported\n${ROWS}${FILES}Job "S"."J_1" completed with 1 error(s) at x\n`;
    expect(judge(text)).toMatchObject({ ok: false, code: "export-errors" });
    expect(judge(text, {}, ["ORA-39139"])).toMatchObject({
      ok: true,
      job: { allowedErrors: [{ code: "ORA-39139", count: 1 }] },
    });
  });

  it("accepts data that the source encrypts, with a warning, and no other error beside it", () => {
    const clear = "ORA-39173: Encrypted data has been stored unencrypted in dump file set.\n";
    expect(judge(ROWS + clear + FILES + END)).toMatchObject({
      ok: true,
      job: { allowedErrors: [{ code: "ORA-39173", count: 1 }] },
      warnings: [expect.stringContaining("ORA-39173")],
    });
    expect(judge(`${ROWS}${clear}ORA-39181: partial\n${FILES}${END}`)).toMatchObject({ ok: false });
  });

  it("warns about a table of a whole schema that is newer than the plan", () => {
    const text = `${ROWS}. . exported "HR"."NEW" 5 KB 3 rows\n${FILES}${END}`;
    expect(judge(text, { mode: "SCHEMA" })).toMatchObject({ ok: true, warnings: [expect.stringContaining("HR.NEW")] });
  });
});

describe("an explanation", () => {
  const context = { directory: "SEEDBED_DIR", account: "SEEDBED" };
  it.each([
    [
      "ORA-20001: ORA-39002: invalid operation\nORA-06512: at line 1\nORA-39070: Unable to open the log file.\nORA-39087: directory name X is invalid",
      "source-ora-39087",
      "GRANT READ, WRITE ON DIRECTORY SEEDBED_DIR TO SEEDBED;",
    ],
    [
      "ORA-39002: invalid operation\nORA-39070: Unable to open the log file.\nORA-29283: invalid file operation",
      "source-ora-29283",
      "symbolic link",
    ],
    [
      "ORA-31626: job does not exist\nORA-31633: unable to create master table",
      "source-ora-31633",
      "GRANT CREATE TABLE TO SEEDBED;",
    ],
    ["ORA-31693: skipped\nORA-02354: error\nORA-01555: snapshot too old", "source-ora-01555", "undo_retention"],
    ["NJS-533: Advanced Networking Option service negotiation failed", "source-njs-533", "SQLNET.ENCRYPTION_SERVER"],
    ["ORA-99999: what is this", "source-ora-99999", "Show the lines above"],
  ])("of %j is %s", (text, code, fix) => {
    const error = explainDatabaseError(new DatabaseError(text, { tag: null }), context);
    expect(error).toMatchObject({ code, message: expect.stringContaining(text), fix: expect.stringContaining(fix) });
  });

  it("leaves other errors alone", () => {
    const error = new TypeError("ours");
    expect(explainDatabaseError(error, context)).toBe(error);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OraError } from "../world/oracle/engine.ts";
import { runBlock } from "../world/oracle/database/plsql/run-block.ts";
import { sessionPackages } from "../world/oracle/database/session-packages.ts";
import { EXPORTER, openSource } from "./source.ts";

// The stand-in itself: it must refuse what Oracle's documentation says Data Pump refuses.
let source: ReturnType<typeof openSource>;

beforeEach(() => {
  source = openSource();
});

afterEach(() => source.remove());

/** Runs a block as one session; a refused call answers with the exception and the detail of GET_STATUS. */
async function run(body: string, id = 1, user = "SEEDBED") {
  const session = source.pump.session(id, user);
  const packages = sessionPackages(source.pump, session, new AbortController().signal);
  return await runBlock(body, new Map(), packages);
}

const OPEN = "h := DBMS_DATAPUMP.OPEN(operation => 'EXPORT', job_mode => 'SCHEMA', job_name => 'J');";
const DUMP = "DBMS_DATAPUMP.ADD_FILE(handle => h, filename => 'j_%U.dmp', directory => 'SEEDBED_DIR');";
const LOG = "DBMS_DATAPUMP.ADD_FILE(handle => h, filename => 'j.log', directory => 'SEEDBED_DIR', filetype => 3);";
const HR = "DBMS_DATAPUMP.METADATA_FILTER(handle => h, name => 'SCHEMA_EXPR', value => 'IN (''HR'')');";
const START = "DBMS_DATAPUMP.START_JOB(handle => h, cluster_ok => 0);";

/** The calls with a handler that reads the detail as the product does. */
async function refusal(calls: string, mode = "SCHEMA"): Promise<string[]> {
  const block = `DECLARE h NUMBER; sts ku$_Status; st VARCHAR2(30); err VARCHAR2(4000);
BEGIN
  ${OPEN.replace("'SCHEMA'", `'${mode}'`)}
  BEGIN
    ${calls}
  EXCEPTION WHEN OTHERS THEN
    err := DBMS_UTILITY.FORMAT_ERROR_STACK;
    DBMS_DATAPUMP.GET_STATUS(handle => h, mask => 8, timeout => 0, job_state => st, status => sts);
    IF sts.error IS NOT NULL THEN
      FOR i IN 1 .. sts.error.COUNT LOOP err := err || CHR(10) || sts.error(i).LogText; END LOOP;
    END IF;
  END;
  :err := err;
END;`;
  const outs = await run(block);
  return (
    String(outs["ERR"] ?? "")
      .match(/ORA-\d{5}/g)
      ?.filter((code) => code !== "ORA-06512") ?? []
  );
}

const call = (name: string, args: string) => `DBMS_DATAPUMP.${name}(handle => h, ${args});`;

describe("the simulated Data Pump refuses", () => {
  it.each<[string, string, string[], string?]>([
    [
      "an unknown filter",
      call("METADATA_FILTER", "name => 'SCHEMA_NAME', value => '= ''HR'''"),
      ["ORA-39001", "ORA-39036"],
    ],
    [
      "a filter name in lower case",
      call("METADATA_FILTER", "name => 'schema_expr', value => '= ''HR'''"),
      ["ORA-39001", "ORA-39036"],
    ],
    [
      "an object path for a path filter",
      call("METADATA_FILTER", "name => 'EXCLUDE_PATH_EXPR', value => 'IN (''USER'')', object_path => 'TABLE'"),
      ["ORA-39001", "ORA-39037"],
    ],
    [
      "USER in a TABLE job",
      call("METADATA_FILTER", "name => 'EXCLUDE_PATH_EXPR', value => 'IN (''USER'')'"),
      ["ORA-39001", "ORA-39038"],
      "TABLE",
    ],
    [
      "two schemas in a TABLE job",
      call("METADATA_FILTER", "name => 'SCHEMA_EXPR', value => 'IN (''HR'',''OE'')'"),
      ["ORA-39001", "ORA-39040"],
      "TABLE",
    ],
    [
      "an expression without operator",
      call("METADATA_FILTER", "name => 'SCHEMA_EXPR', value => '''HR'''"),
      ["ORA-39001", "ORA-39071", "ORA-00936"],
    ],
    ["a number for a text filter", call("METADATA_FILTER", "name => 'SCHEMA_EXPR', value => 1"), ["ORA-39005"]],
    [
      "a schema without table in a data filter",
      call("DATA_FILTER", "name => 'SUBQUERY', value => 'WHERE 1 = 1', schema_name => 'HR'"),
      ["ORA-39001", "ORA-31658"],
    ],
    [
      "a number for SUBQUERY",
      call("DATA_FILTER", "name => 'SUBQUERY', value => 1, table_name => 'JOBS', schema_name => 'HR'"),
      ["ORA-39005"],
    ],
    [
      "the same data filter twice",
      call(
        "DATA_FILTER",
        "name => 'SUBQUERY', value => 'WHERE 1 = 1', table_name => 'JOBS', schema_name => 'HR'",
      ).repeat(2),
      ["ORA-39001", "ORA-39035"],
    ],
    ["an unknown parameter", call("SET_PARAMETER", "name => 'SPEED', value => 1"), ["ORA-39001", "ORA-39049"]],
    ["a parameter twice", call("SET_PARAMETER", "name => 'METRICS', value => 1").repeat(2), ["ORA-39001", "ORA-39051"]],
    [
      "a text for a number parameter",
      call("SET_PARAMETER", "name => 'FLASHBACK_SCN', value => '88231442'"),
      ["ORA-39005"],
    ],
    [
      "a directory that does not exist, for a log",
      call("ADD_FILE", "filename => 'x.log', directory => 'NOPE', filetype => 3"),
      ["ORA-39002", "ORA-39070", "ORA-39087"],
    ],
    [
      "a directory in lower case",
      call("ADD_FILE", "filename => 'x.dmp', directory => 'seedbed_dir'"),
      ["ORA-39001", "ORA-39000", "ORA-39087"],
    ],
    [
      "a path in a file name",
      call("ADD_FILE", "filename => '../x.dmp', directory => 'SEEDBED_DIR'"),
      ["ORA-39001", "ORA-39000", "ORA-39088"],
    ],
    [
      "a substitution that does not exist",
      call("ADD_FILE", "filename => 'x_%X.dmp', directory => 'SEEDBED_DIR'"),
      ["ORA-39001", "ORA-39000", "ORA-39124"],
    ],
    [
      "a file size below the minimum",
      call("ADD_FILE", "filename => 'x.dmp', directory => 'SEEDBED_DIR', filesize => '1K'"),
      ["ORA-39001"],
    ],
    ["a start without a dump file", HR + START, ["ORA-39002", "ORA-39053"]],
    ["a start for a schema that is not there", DUMP + HR.replace("HR", "NOPE") + START, ["ORA-39002", "ORA-39170"]],
    [
      "an SCN of the future",
      DUMP + HR + call("SET_PARAMETER", "name => 'FLASHBACK_SCN', value => 99999999999") + START,
      ["ORA-39002", "ORA-08181"],
    ],
    [
      "a table that is not there",
      DUMP + HR + call("METADATA_FILTER", "name => 'NAME_EXPR', value => '= ''NOPE''', object_path => 'TABLE'") + START,
      ["ORA-39002", "ORA-31655"],
      "TABLE",
    ],
    ["a filter on a job that runs", DUMP + HR + START + HR, ["ORA-39004", "ORA-39016"]],
  ])("%s", async (...row) => {
    const [, calls, codes, mode] = row;
    expect(await refusal(calls, mode)).toEqual(codes);
  });

  it("an existing dump file, unless it may be reused", async () => {
    writeFileSync(join(source.folder, "j_01.dmp"), "precious");
    expect(await refusal(DUMP)).toEqual(["ORA-39001", "ORA-39000", "ORA-31641", "ORA-27038"]);
    expect(readFileSync(join(source.folder, "j_01.dmp"), "utf8")).toBe("precious");
  });

  it("a second job of one name", async () => {
    await run(`DECLARE h NUMBER; BEGIN ${OPEN} END;`);
    await expect(run(`DECLARE h NUMBER; BEGIN ${OPEN} END;`, 2)).rejects.toMatchObject({ code: 31634 });
  });

  it("a handle of another session", async () => {
    await run(`DECLARE h NUMBER; BEGIN ${OPEN} END;`);
    await expect(run("BEGIN DBMS_DATAPUMP.START_JOB(handle => 1); END;", 2)).rejects.toMatchObject({ code: 31623 });
  });

  it("to attach to a job that is not there", async () => {
    const attach = "DECLARE h NUMBER; BEGIN h := DBMS_DATAPUMP.ATTACH(job_name => 'NOPE'); END;";
    await expect(run(attach)).rejects.toMatchObject({ code: 31626 });
  });

  it("to start for another schema without the role, and keeps the reason of OPEN for a NULL handle", async () => {
    source.remove();
    source = openSource({ account: { ...EXPORTER, roles: [] } });
    expect(await refusal(DUMP + HR + START)).toEqual(["ORA-31631"]);
    await expect(
      run(
        "DECLARE h NUMBER; BEGIN h := DBMS_DATAPUMP.OPEN(operation => 'EXPORT', job_mode => 'ALL', job_name => 'K'); END;",
      ),
    ).rejects.toMatchObject({ code: 39001 });
  });

  it("every look after the one that saw COMPLETED", async () => {
    await run(`DECLARE h NUMBER; BEGIN ${OPEN} ${DUMP} ${LOG} ${HR} ${START} END;`);
    const look = `DECLARE sts ku$_Status; st VARCHAR2(30); BEGIN
      DBMS_DATAPUMP.GET_STATUS(handle => 1, mask => 13, timeout => 1, job_state => st, status => sts); :state := st; END;`;
    let state: unknown;
    for (let looks = 0; state !== "COMPLETED" && looks < 100; looks++) state = (await run(look))["STATE"];
    expect(state).toBe("COMPLETED");
    await expect(run(look)).rejects.toMatchObject({ code: 31623 });
  });
});

describe("the simulated compiler refuses", () => {
  it.each([
    ["an undeclared variable", "BEGIN x := 1; END;", "PLS-00201: identifier 'X'"],
    [
      "an undeclared name that is never reached",
      "BEGIN IF 1 = 2 THEN DBMS_DATAPUMP.DANCE(handle => 1); END IF; END;",
      "PLS-00201",
    ],
    ["a wrong parameter", "BEGIN DBMS_DATAPUMP.START_JOB(handel => 1); END;", "PLS-00306"],
    ["a missing parameter", "BEGIN DBMS_DATAPUMP.SET_PARAMETER(handle => 1, name => 'METRICS'); END;", "PLS-00306"],
    ["a missing semicolon", "BEGIN NULL END;", "PLS-00103"],
    ["an unfinished block", "BEGIN NULL;", "PLS-00103"],
    ["an unknown type", "DECLARE x BANANA; BEGIN NULL; END;", "PLS-00201"],
  ])("%s", async (_name, block, text) => {
    const error = await run(block).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(OraError);
    expect((error as OraError).message).toContain(text);
  });

  it("a text that does not fit its variable, at run time", async () => {
    await expect(run("DECLARE x VARCHAR2(3); BEGIN x := 'four'; END;")).rejects.toMatchObject({ code: 6502 });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileSize, inExpression, quoteLiteral } from "../../src/export/expressions.ts";
import { definitionCalls } from "../../src/export/job-calls.ts";
import { planJobs } from "../../src/export/plan-jobs.ts";
import { exportPrefix } from "../../src/export/plan-export.ts";
import { resolveScope } from "../../src/export/resolve-scope.ts";
import { describeExport } from "../../src/export/describe-export.ts";
import { parseNameExpression } from "../world/oracle/database/datapump/name-expression.ts";
import { DECLARED } from "../world/oracle/database/declared-statements.ts";
import { sampleSeed } from "./source.ts";

const DICTIONARY = {
  schemas: [
    { name: "SYS", oracle: true },
    { name: "HR", oracle: false },
    { name: "OE", oracle: false },
    { name: "SEEDBED", oracle: false },
    { name: "MixedCase", oracle: false },
  ],
  tables: new Map([
    ["HR", ["EMPLOYEES", "DEPARTMENTS"]],
    ["OE", ["ORDERS"]],
    ["MixedCase", ["t"]],
  ]),
};

describe("a scope", () => {
  it("names near schemas and tables for every unknown one, all at once", () => {
    const scope = [{ name: "HRR" }, { name: "HR", tables: [{ name: "EMPLOYES" }, { name: "NOPE" }] }, { name: "SYS" }];
    const { findings } = resolveScope(scope, DICTIONARY, "SEEDBED");
    expect(findings.map((finding) => finding.code)).toEqual([
      "source-schema-unknown",
      "source-table-unknown",
      "source-table-unknown",
      "source-schema-of-oracle",
    ]);
    expect(findings[0]!.fix).toContain("did you mean HR");
    expect(findings[1]!.fix).toContain("did you mean EMPLOYEES");
    expect(findings[2]!.fix).not.toContain("did you mean");
  });

  it("does not fold the case of names", () => {
    const { findings } = resolveScope([{ name: "hr" }, { name: "MixedCase" }], DICTIONARY, "SEEDBED");
    expect(findings.map((finding) => finding.what)).toEqual(["the source has no schema hr"]);
  });

  it("takes every schema but Oracle's and the account's own when none is named", () => {
    const { schemas } = resolveScope([], DICTIONARY, "SEEDBED");
    expect(schemas.map((schema) => schema.name)).toEqual(["HR", "MixedCase", "OE"]);
  });

  it("finds an empty database", () => {
    const { findings } = resolveScope([], { schemas: [{ name: "SYS", oracle: true }], tables: new Map() }, "SEEDBED");
    expect(findings.map((finding) => finding.code)).toEqual(["source-scope-empty"]);
  });
});

const PATHS = { SCHEMA: ["USER", "DB_LINK", "STATISTICS"], TABLE: ["STATISTICS"] };

function jobsOf(scope: { name: string; tables?: { name: string; where?: string }[] }[], release = 19) {
  const { schemas } = resolveScope(scope, DICTIONARY, "SEEDBED");
  return planJobs(sampleSeed({ scope }), {
    prefix: "SEEDBED_12AB34CD_M1",
    scope: schemas,
    release,
    objectPaths: PATHS,
  });
}

describe("jobs", () => {
  it("put whole schemas into one SCHEMA job and each restricted schema into a TABLE job of its own", () => {
    const jobs = jobsOf([{ name: "HR", tables: [{ name: "EMPLOYEES" }] }, { name: "OE" }, { name: "MixedCase" }]);
    expect(jobs.map((job) => [job.mode, job.schemaExpression, job.nameExpression])).toEqual([
      ["SCHEMA", "IN ('OE','MixedCase')", null],
      ["TABLE", "IN ('HR')", "IN ('EMPLOYEES')"],
    ]);
  });

  it("exclude what the mode and the release know, links and users in SCHEMA jobs only", () => {
    const jobs = jobsOf([{ name: "HR", tables: [{ name: "EMPLOYEES" }] }, { name: "OE" }]);
    expect(jobs.map((job) => job.excludeExpression)).toEqual([
      "IN ('DB_LINK','STATISTICS','USER')",
      "IN ('STATISTICS')",
    ]);
  });

  it("send one row filter per restricted table, and parallelism only above one", () => {
    const [job] = jobsOf([{ name: "HR", tables: [{ name: "EMPLOYEES", where: "a = 'x'" }, { name: "DEPARTMENTS" }] }]);
    const tags = (parallel: number) => definitionCalls({ ...job!, parallel }).map((call) => call.statement.tag);
    expect(tags(1)).toEqual(["seedbed:filter-tables", "seedbed:filter-rows", "seedbed:start-job"]);
    expect(tags(2)).toContain("seedbed:set-parallel");
    expect(definitionCalls(job!)[1]!.binds).toEqual({
      subquery: "WHERE a = 'x'",
      table_name: "EMPLOYEES",
      schema_name: "HR",
    });
  });

  it("have names that 12.1 takes", () => {
    const prefix = exportPrefix(`sha256:${"ab12".repeat(16)}`, Date.UTC(2059, 0, 1));
    expect(`${prefix}_99`).toMatch(/^[A-Z][A-Z0-9_]{0,29}$/);
    expect(prefix).toMatch(/^SEEDBED_AB12AB12_[0-9A-Z]+$/);
  });

  it("refuse more names than a filter takes", () => {
    const tables = Array.from({ length: 300 }, (_, index) => ({ name: `T${index}_WITH_A_LONG_NAME`, where: null }));
    const scope = [{ name: "HR", mode: "TABLE" as const, tables }];
    const material = { prefix: "P", scope, release: 19, objectPaths: PATHS };
    expect(() => planJobs(sampleSeed(), material)).toThrow("bytes in one filter");
  });
});

describe("expressions", () => {
  it("survive any name: the simulated server reads the same names back", () => {
    const name = fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }).filter((text) => {
      // oxlint-disable-next-line no-control-regex -- names without control characters
      return Buffer.byteLength(text) <= 128 && !/[\u0000-\u001f\u007f]/.test(text);
    });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        expect(parseNameExpression(inExpression(names))).toEqual({ negated: false, names });
      }),
    );
  });

  it.each([[""], ["a\nb"], ["x".repeat(129)]])("refuse %j", (name) => {
    expect(() => quoteLiteral(name)).toThrow("is not a valid Oracle name");
  });

  it.each([
    ["1Gi", "1073741824B"],
    ["40Ki", "40960B"],
    ["512Mi", "536870912B"],
  ])("turn the size %s into %s", (quantity, text) => {
    expect(fileSize(quantity).text).toBe(text);
  });

  it.each([["39Ki"], ["17Ti"], ["1G"], ["x"], ["1.5Gi"]])("refuse the size %s", (quantity) => {
    expect(() => fileSize(quantity)).toThrow("is not a valid dump file size");
  });
});

describe("the text of an export", () => {
  it("shows what will be sent, conditions and names included", () => {
    const text = describeExport(sampleSeed()).join("\n");
    expect(text).toContain(
      "value => 'WHERE hired > DATE ''2020-01-01''', table_name => 'EMPLOYEES', schema_name => 'HR'",
    );
    expect(text).toContain("value => 'IN (''OE'')'");
    expect(text).toContain("DBMS_DATAPUMP.OPEN(operation => 'EXPORT', job_mode => 'TABLE'");
    expect(text).not.toMatch(/=> :/);
  });

  it("lists every statement that the product declares", () => {
    const seed = sampleSeed({ export: { parallel: 4, compression: "none", piece_size: "1Gi" } });
    const text = describeExport(seed).join("\n");
    for (const tag of DECLARED.keys()) expect(text).toContain(`/* ${tag} */`);
  });

  it("is the same for the same seed", () => {
    expect(describeExport(sampleSeed())).toEqual(describeExport(sampleSeed()));
  });
});

import { describe, expect, it } from "vitest";
import { checkQuery } from "../world/oracle/database/check-query.ts";
import { DECLARED } from "../world/oracle/database/declared-statements.ts";
import { sampleSchemas } from "../world/oracle/database/sample-data.ts";
import { compileWhere } from "../world/oracle/database/where.ts";

const COLUMNS = ["ID", "NAME", "HIRED", "SALARY"];
const ROWS = [
  [1, "Ada", "2019-05-01", 100],
  [2, "O'Neil", "2021-01-01", null],
  [3, "Grace", "2024-02-29", 300],
];

describe("a row condition", () => {
  it.each([
    ["hired > DATE '2020-01-01'", [2, 3]],
    ["name = 'O''Neil'", [2]],
    ["salary > 100 OR salary IS NULL", [2, 3]],
    ["NOT (salary > 100)", [1]],
    ["salary <> 100", [3]],
    ["id IN (1, 3) AND name LIKE 'G%'", [3]],
    ["id NOT IN (1, NULL)", []],
    ["id BETWEEN 2 AND 3", [2, 3]],
    ["id NOT BETWEEN 2 AND 3", [1]],
    ["id >= -1 AND id != 2", [1, 3]],
    ["(id = 1 OR id = 2) AND salary IS NOT NULL", [1]],
    ["id = 1 OR id = 2 AND id = 3", [1]],
    ["\"NAME\" LIKE '_da'", [1]],
  ])("%s", (text, ids) => {
    const keep = compileWhere(`WHERE ${text}`, COLUMNS);
    expect(ROWS.filter(keep).map((row) => row[0])).toEqual(ids);
  });

  it.each([
    ["hire_date > 1", 904],
    ["hired >", 936],
    ["> 1", 936],
    ["id", 920],
    ["id = 1 id", 933],
    ["id = 1)", 933],
    ["(id = 1", 907],
    ["id BETWEEN 1 OR 2", 905],
    ["hired > DATE 'soon'", 1861],
    ["id = ?", 911],
    ["UPPER(name) = 'X'", 904],
    ["id IN (SELECT 1 FROM dual)", 904],
  ])("%s is refused with ORA-%i", (text, code) => {
    expect(() => compileWhere(`WHERE ${text}`, COLUMNS)).toThrow(expect.objectContaining({ code }));
  });

  it("compares a number with a text as a number, or not at all", () => {
    expect(compileWhere("WHERE id = '2'", COLUMNS)(ROWS[1]!)).toBe(true);
    expect(() => compileWhere("WHERE name = 2", COLUMNS)(ROWS[1]!)).toThrow(expect.objectContaining({ code: 1722 }));
  });
});

describe("the dictionary", () => {
  const account = { catalog: true, release: 19 };

  it("has every view and column that a declared query reads", () => {
    const queries = [...DECLARED.values()].filter((one) => one.kind === "query");
    expect(queries.length).toBeGreaterThan(15);
    for (const { sql } of queries) expect(() => checkQuery(sql, account)).not.toThrow();
  });

  it.each([
    ["SELECT hired FROM dba_users", account, 904],
    ["SELECT t.bytes FROM dba_tables t", account, 904],
    ["SELECT x.owner FROM dba_tables t", account, 904],
    ["SELECT owner FROM dba_table", account, 942],
    ["SELECT owner FROM dba_tables", { catalog: false, release: 19 }, 942],
    ["SELECT version_full FROM v$instance", { catalog: true, release: 12 }, 904],
  ])("refuses %s", (sql, who, code) => {
    expect(() => checkQuery(sql, who)).toThrow(expect.objectContaining({ code }));
  });
});

describe("the sample data", () => {
  it("is the same every time and large enough to matter", () => {
    expect(JSON.stringify(sampleSchemas())).toBe(JSON.stringify(sampleSchemas()));
    const rows = sampleSchemas().flatMap((schema) => schema.tables.map((table) => table.rows.length));
    expect(rows.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(9000);
  });

  it("has parents for every foreign key value", () => {
    const schemas = sampleSchemas();
    const hr = schemas.find((schema) => schema.name === "HR")!;
    const employees = hr.tables.find((table) => table.name === "EMPLOYEES")!;
    const departments = new Set(hr.tables[0]!.rows.map((row) => row[0]));
    expect(employees.rows.every((row) => departments.has(row[9] ?? null))).toBe(true);
  });
});

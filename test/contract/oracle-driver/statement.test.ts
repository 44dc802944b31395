import { describe, expect, it } from "vitest";
import { OraError } from "../../world/oracle/engine.ts";
import { bindNames, checkBindCount, checkSupported, kindOf } from "../../world/oracle/tns/statement.ts";

describe("a statement's kind", () => {
  it.each([
    ["select 1 from dual", "query"],
    ["  -- why\n /* tag */ (select 1 from dual)", "query"],
    ["WITH t AS (SELECT 1 FROM dual) SELECT * FROM t", "query"],
    ["<<job>> declare h number; begin null; end;", "block"],
    ["call p(:a)", "block"],
    ["merge into t using s on (1 = 1)", "dml"],
    ["alter session set nls_language = american", "ddl"],
    ["", "ddl"],
  ])("of %j is %s", (sql, kind) => {
    expect(kindOf(sql)).toBe(kind);
  });
});

describe("binds", () => {
  it("count by occurrence in SQL and by name in a block", () => {
    const text = `:a + :B + :a + :1 + :"x y"`;
    expect(bindNames(`select ${text} from dual`, "query")).toEqual(["A", "B", "A", "1", "x y"]);
    expect(bindNames(`begin p(${text}); end;`, "block")).toEqual(["A", "B", "1", "x y"]);
  });

  it("are not looked for in comments, texts, quoted names and assignments", () => {
    const sql = `begin x := :a; -- :b
      /* :c */ y := ':d''' || q'[:e']' || q'!:f'!' || nq'{:g}' || "t:h"; end;`;
    expect(bindNames(sql, "block")).toEqual(["A"]);
  });

  it.each([
    ["begin p(:a, :b); end;", 1, 1008],
    ["begin p(:a); end;", 2, 1036],
    ["create table t (a number)", 1, 1027],
  ] as const)("must be as many as %s has: %i is ORA-%i", (sql, count, code) => {
    const check = () => checkBindCount(sql, kindOf(sql), count);
    expect(check).toThrow(OraError);
    expect(check).toThrow(`ORA-0${code}`);
  });

  it("may stand in a trigger's text, where they are none", () => {
    expect(() => checkBindCount("create trigger t begin :new.a := 1; end;", "ddl", 0)).not.toThrow();
  });
});

it("DML with a RETURNING clause is refused as a whole", () => {
  const sql = "insert into t values (1) returning id into :id";
  expect(() => checkSupported(sql, kindOf(sql))).toThrow("ORA-03001");
  expect(() => checkSupported("insert into t select returning from into_log", "dml")).not.toThrow();
});

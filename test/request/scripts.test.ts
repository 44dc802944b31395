import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkScript } from "../../src/request/script-problems.ts";
import { pointAt } from "./read-example.ts";

function pointsOf(text: string): string[] {
  return checkScript({ path: "environments/hr/scripts/x.sql", text }).map((problem) => pointAt(problem, text));
}

describe("checkScript", () => {
  const bad: [string, string, string[]][] = [
    [
      "a last statement without a semicolon",
      "UPDATE a SET b = 1;\nDELETE FROM c\n",
      ["script-never-runs 2:1 DELETE FROM c"],
    ],
    ["PL/SQL without a slash", "BEGIN\n  NULL;\nEND;\n", ["script-never-runs 1:1 BEGIN"]],
    [
      "a procedure without a slash",
      "CREATE OR REPLACE\n  PROCEDURE p AS BEGIN NULL; END;\n",
      ["script-never-runs 1:1 CREATE OR REPLACE"],
    ],
    ["a slash that runs a statement twice", "UPDATE a SET b = b + 1;\n/\n", ["script-runs-twice 2:1 /"]],
    ["a dot that throws a block away", "BEGIN NULL; END;\n.\n", ["script-never-runs 2:1 ."]],
    ["a comment after a semicolon", "UPDATE a SET b = 1; -- all\n", ["script-never-runs 1:19 ;"]],
    ["two statements on a line", "DELETE FROM a; DELETE FROM b;\n", ["script-two-statements 1:14 ;"]],
    [
      "a semicolon at the end of a line inside of a literal",
      "UPDATE a SET b = 'x;\ny';\n",
      ["script-cut-short 1:20 ;"],
    ],
    ["an open literal", "UPDATE a SET b = 'x\nWHERE c = 1\n", ["script-never-runs 1:1 UPDATE a SET b = 'x"]],
    ["an open comment", "/* all\nDELETE FROM a\n", ["script-never-runs 1:1 /"]],
    ["HOST", "host rm -rf /\n", ["script-command 1:1 host rm -rf /"]],
    ["HOST by its letter", "  ! id\n", ["script-command 1:3 ! id"]],
    ["another file", "@@other.sql\n", ["script-command 1:1 @@other.sql"]],
    ["START", "start other\n", ["script-command 1:1 start other"]],
    ["CONNECT", "CONN sys/x as sysdba\n", ["script-command 1:1 CONN sys/x as sysdba"]],
    ["WHENEVER", "WHENEVER SQLERROR CONTINUE\n", ["script-command 1:1 WHENEVER SQLERROR CONTINUE"]],
    ["SET DEFINE", "set define on\n", ["script-command 1:1 set define on"]],
    ["SET SCAN", "SET SCAN ON\n", ["script-command 1:1 SET SCAN ON"]],
    ["PAUSE", "pause go on\n", ["script-command 1:1 pause go on"]],
    ["EXIT", "exit\n", ["script-command 1:1 exit"]],
    [
      "leaving the pluggable database",
      "ALTER SESSION\n SET CONTAINER = CDB$ROOT;\n",
      ["script-statement 1:1 ALTER SESSION"],
    ],
    [
      "leaving it from inside of PL/SQL",
      "BEGIN\n EXECUTE IMMEDIATE 'alter session set container=x';\nEND;\n/\n",
      ["script-statement 2:21 alter session set container"],
    ],
    [
      "opening the database",
      "alter system disable restricted session;\n",
      ["script-statement 1:1 alter system disable restricted session"],
    ],
    [
      "a line that SQL*Plus ignores",
      `DELETE FROM a WHERE b IN (${"1,".repeat(1300)}1);\n`,
      ["script-long-line 1:2500 ,"],
    ],
    ["a byte order mark", "\ufeffDELETE FROM a;\n", ["hidden-character 1:1 \ufeff"]],
    ["text that turns around", "DELETE FROM a; --\u202e\n", ["hidden-character 1:18 \u202e"]],
    [
      "a comment that takes the next statement with it",
      "REM ---- mask ----\nUPDATE a SET b = 1;\n",
      ["script-never-runs 1:1 REM ---- mask ----"],
    ],
    ["a script that runs nothing", "-- later\n", ["empty-script 1:1 -"]],
  ];

  it.each(bad)("finds %s", (_name, text, expected) => {
    expect(pointsOf(text)).toEqual(expected);
  });

  const good: [string, string][] = [
    [
      "statements, blocks and comments",
      "-- x\nUPDATE a\n\n SET b = ';' -- no; end\n;\n/* a; b */\nBEGIN\n  NULL; -- x;\nEND;\n/\n",
    ],
    [
      "commands of one line, continued ones too",
      "PROMPT it's done; really\nREM don't\nSET SERVEROUTPUT ON\nEXEC p(1, -\n 2)\nCOLUMN x FORMAT a10\n",
    ],
    ["SQL that begins with SET", "SET TRANSACTION READ WRITE;\nSET ROLE app;\n"],
    ["banners of two hyphens, which SQL*Plus never continues", "--\n-- mask ----\n--------\nUPDATE a SET b = 1;\n"],
    ["a comment inside of a block that ends in a hyphen", "BEGIN\n  -- x ----\n  NULL;\nEND;\n/\n"],
    ["alternative quoting", "UPDATE a SET b = q'[it's; fine]' WHERE c = nq'{;}';\n"],
    ["a statement that a slash ends", "DELETE FROM a\n/\nCOMMIT;\n"],
    ["commented-out commands", "-- host x\n/* @y\n connect z */\nCOMMIT;\n-- alter session set container = x\n"],
    ["CONNECT BY inside of a statement", "INSERT INTO a SELECT level FROM dual\nCONNECT BY level < 5;\n"],
    ["division on a line of its statement", "UPDATE a SET b = c\n / 2;\n"],
  ];

  it.each(good)("takes %s", (_name, text) => {
    expect(checkScript({ path: "x", text })).toEqual([]);
  });

  it("finds every way to write a comment or prompt that goes on, and none that does not", () => {
    const words = ["rem", "rema", "remar", "remark", "pro", "prom", "promp", "prompt"].flatMap((word) => [
      word,
      word.toUpperCase(),
    ]);
    const blanks = fc.stringMatching(/^[ \t]{0,3}$/);
    const text = fc.stringMatching(/^( [a-z'";/*-]{0,8}[a-z.;])?$/);
    const parts = fc.tuple(blanks, fc.constantFrom(...words), text, fc.constantFrom("", " -", "---"), blanks);
    fc.assert(
      fc.property(parts, fc.constantFrom("\n", "\r\n"), ([before, word, more, hyphens, after], end) => {
        fc.pre(!(more === "" && hyphens === "---"));
        const script = `${before}${word}${more}${hyphens}${after}${end}UPDATE a SET b = 1;${end}`;
        const codes = checkScript({ path: "x", text: script }).map(({ code, line }) => `${code} ${line}`);
        expect(codes).toEqual(hyphens === "" ? [] : ["script-never-runs 1"]);
      }),
    );
  });
});

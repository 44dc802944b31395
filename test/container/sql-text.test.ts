import fc from "fast-check";
import { expect, test } from "vitest";
import type { SeedbedError } from "../../src/problem/error.ts";
import { sqlGrant, sqlLiteral, sqlName, sqlParameterValue, sqlSize } from "../../src/container/sql-text.ts";

/** What Oracle makes of the text that was rendered: an own little reader, strict about everything else. */
function readLiteral(sql: string): string {
  if (sql === "NULL") return "";
  let rest = sql;
  let text = "";
  for (;;) {
    const quoted = /^'((?:[^']|'')*)'/.exec(rest);
    const chr = /^CHR\((\d+)\)/.exec(rest);
    const unistr = /^UNISTR\('\\([0-9a-f]{4})'\)/.exec(rest);
    if (unistr) text += String.fromCharCode(Number.parseInt(unistr[1]!, 16));
    else if (chr) text += String.fromCharCode(Number(chr[1]));
    else if (quoted) text += quoted[1]!.replaceAll("''", "'");
    else throw new Error(`not a literal: ${rest}`);
    rest = rest.slice((unistr ?? chr ?? quoted)![0].length);
    if (rest === "") return text;
    if (!rest.startsWith(" ||\n  ")) throw new Error(`not a literal: ${rest}`);
    rest = rest.slice(" ||\n  ".length);
  }
}

/** The text, or the code of its refusal. */
function attempt(render: () => string): string {
  try {
    return render();
  } catch (error) {
    return (error as SeedbedError).code;
  }
}

/** Lines that SQL*Plus takes for itself, in the middle of a statement. */
function misread(line: string): boolean {
  return (
    /;\s*$/.test(line) ||
    /-\s*$/.test(line) ||
    /^\s*(?:\/|\.)\s*$/.test(line) ||
    /^\s*#/.test(line) ||
    /^\s*@/.test(line) ||
    Buffer.byteLength(line) > 2400
  );
}

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        "'",
        ";",
        "\n",
        "-",
        "--",
        "/",
        "/*",
        "\n/\n",
        "\n.\n",
        "@x",
        "#",
        "&a",
        "\r",
        "\u2028",
        "\u0085",
        "x".repeat(500),
        "ä",
        "😀",
        '"',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);

test("a literal means the text that was given, whatever it holds", () => {
  fc.assert(
    fc.property(
      nasty.filter((text) => !text.includes("\0")),
      (text) => {
        expect(readLiteral(sqlLiteral(text))).toBe(text);
      },
    ),
    { numRuns: 2000 },
  );
});

test("no line of a literal is one that SQL*Plus reads for itself", () => {
  fc.assert(
    fc.property(
      nasty.filter((text) => !text.includes("\0")),
      (text) => {
        const lines = `SELECT ${sqlLiteral(text)} FROM dual`.split("\n");
        expect(lines.filter(misread)).toEqual([]);
        expect(lines.some((line) => /[\r\u2028\u0085]/.test(line))).toBe(false);
      },
    ),
    { numRuns: 2000 },
  );
});

test("a name is between quotes as it is, or refused", () => {
  fc.assert(
    fc.property(nasty, (name) => {
      const isPlain = name !== "" && !/["\p{Cc}\u2028\u2029]/u.test(name) && Buffer.byteLength(name) <= 128;
      expect(attempt(() => sqlName(name))).toBe(isPlain ? `"${name}"` : "sql-text-refused");
    }),
    { numRuns: 2000 },
  );
});

test("a parameter's value stays on one line between its quotes", () => {
  fc.assert(
    fc.property(nasty, (value) => {
      const expected = /\p{Cc}/u.test(value) ? /^sql-text-refused$/ : /^'(?:[^']|'')*'$/u;
      expect(attempt(() => sqlParameterValue(value))).toMatch(expected);
    }),
  );
  expect([true, false, 500].map(sqlParameterValue)).toEqual(["TRUE", "FALSE", "500"]);
  for (const wrong of [1.5, Number.NaN, Infinity])
    expect(() => sqlParameterValue(wrong)).toThrow(/whole number|is not valid as/);
});

test.for([
  "CREATE SESSION",
  "SELECT ON HR.EMPLOYEES",
  "INSERT, UPDATE ON ORDERS_DEV.CARTS",
  'READ ON DIRECTORY "Data Dir"',
  "UPDATE (NAME, EMAIL) ON HR.EMPLOYEES",
  "DBA",
])("a grant may say %s", (grant) => expect(sqlGrant(grant)).toBe(grant));

test.for([
  "DBA TO PUBLIC; DROP USER X",
  "DBA --",
  "DBA /* x",
  "DBA\n/",
  "SELECT ON A.B.C",
  "",
  "DBA;",
  "'x'",
  "A -",
  "DBA&x",
  'SELECT ON HR."A;\nB"',
])("a grant may not say %j", (grant) => expect(() => sqlGrant(grant)).toThrow(/is not valid as a grant/));

test("sizes are Oracle's", () => {
  expect(["10Gi", "512Mi", "1Ti", "64Ki"].map(sqlSize)).toEqual(["10G", "512M", "1T", "64K"]);
  for (const wrong of ["0Gi", "1G", "1.5Gi", "-1Gi", "1Gi SIZE", ""]) expect(() => sqlSize(wrong)).toThrow(/a size/);
});

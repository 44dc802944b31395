import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRequest } from "../../src/request/parse-request.ts";
import { parseDatabaseName } from "../../src/request/database-name.ts";
import { explainCron } from "../../src/request/cron.ts";
import { parseSettings } from "../../src/settings/parse-settings.ts";
import { renderProblems } from "../../src/problem/render-problems.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { exampleSettings, problemsOf, readExample, readSettingsText } from "./read-example.ts";

const SETTINGS = exampleSettings();
const REQUEST = readExample("orders").files["database_config.yaml"]!;

/** Sound text with pieces cut out, doubled and put in: mistakes as people make them, and others. */
function damaged(text: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom(
      "\t",
      "\n",
      "- ",
      ": ",
      "{",
      "[",
      "'",
      '"',
      "&a ",
      "*a",
      "!!x ",
      "#",
      "|\n",
      "? ",
      "__proto__: 1\n",
      "\r",
      "\ufeff",
      "~",
      "0x",
      ".inf",
    ),
  );
  const edit = fc.tuple(fc.nat(text.length), fc.nat(40), piece);
  return fc
    .array(edit, { minLength: 1, maxLength: 5 })
    .map((edits) => edits.reduce((now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length), text));
}

/** Everything that is wrong with problems themselves. */
function findFaults(problems: readonly Problem[], texts: Record<string, string>): string[] {
  return problems.flatMap((problem) => faultsOf(problem, texts).map((fault) => `${fault}: ${JSON.stringify(problem)}`));
}

function faultsOf(problem: Problem, texts: Record<string, string>): string[] {
  const lines = (texts[problem.path] ?? "").replace(/^\ufeff/, "").split("\n");
  const line = lines[problem.line - 1];
  const said = [problem.what, problem.why, problem.fix, problem.docs, problem.code];
  return [
    line === undefined ? "no such line" : "",
    problem.column < 1 || problem.column > (line ?? "").length + 1 ? "no such column" : "",
    /[^.]\.$/.test(problem.what) ? "a full stop at the end of what" : "",
    said.includes("") ? "empty words" : "",
    said.some((text) => /\n|undefined|\[object/.test(text)) ? "broken words" : "",
  ].filter((fault) => fault !== "");
}

describe("any text at all", () => {
  it("never makes the request parser throw, and every problem points into the file", () => {
    fc.assert(
      fc.property(fc.oneof(damaged(REQUEST), fc.string({ unit: "binary", maxLength: 300 })), (text) => {
        const files = { database: "orders", files: { ...readExample("orders").files, "database_config.yaml": text } };
        const texts = Object.fromEntries(
          Object.entries(files.files).map(([path, body]) => [`environments/orders/${path}`, body]),
        );
        const problems = problemsOf(parseRequest(files, SETTINGS, "2026-11-22"));
        expect(findFaults(problems, texts)).toEqual([]);
        expect(renderProblems(problems, texts)).not.toContain("\u001b");
      }),
      { numRuns: 250 },
    );
  });

  it("never makes the settings parser throw, and every problem points into the file", () => {
    fc.assert(
      fc.property(damaged(readSettingsText()), (text) => {
        expect(findFaults(problemsOf(parseSettings(text, "s.yml")), { "s.yml": text })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("never makes the script reader throw", () => {
    const sql = Object.values(readExample("orders").files).join("\n");
    fc.assert(
      fc.property(damaged(sql), (text) => {
        const files = { ...readExample("orders").files, "scripts/prepare.sql": text };
        const texts = Object.fromEntries(
          Object.entries(files).map(([path, body]) => [`environments/orders/${path}`, body]),
        );
        expect(findFaults(problemsOf(parseRequest({ database: "orders", files }, SETTINGS)), texts)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("never makes a name or a schedule throw, and what a schedule's error points at lies in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        expect(parseDatabaseName(text).ok).toBe(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/.test(text) && text !== "system");
        const error = explainCron(text);
        expect(error === null ? 0 : error.index + error.length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    );
  });
});

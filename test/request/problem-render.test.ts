import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/problem/problem.ts";
import { renderProblems } from "../../src/problem/render-problems.ts";
import { problemsToJson, summarizeProblems } from "../../src/problem/summarize-problems.ts";

const PATH = "environments/hr/database_config.yaml";
const TEXT = "owner: ada\ndatabase:\n  storage:\n    size: 40Gi\n";

const PROBLEM: Problem = {
  severity: "error",
  code: "storage-too-small",
  path: PATH,
  line: 4,
  column: 11,
  length: 4,
  what: "40 GiB cannot hold the import of a 31 GiB dump",
  why: "at least 98 GiB are needed (2.5 × dump + 20 GiB)",
  fix: "set database.storage.size to 98Gi or more; it can grow later, never shrink",
  docs: "docs/reference/database_config.md#databasestoragesize",
};

describe("renderProblems", () => {
  it("shows the line, carets under the value, the reason, the fix and where to read on", () => {
    const text = renderProblems([PROBLEM], { [PATH]: TEXT }, { requests: 14 });
    expect(text).toBe(`error[storage-too-small]: 40 GiB cannot hold the import of a 31 GiB dump
 --> environments/hr/database_config.yaml:4:11
  |
4 |     size: 40Gi
  |           ^^^^ at least 98 GiB are needed (2.5 × dump + 20 GiB)
  |
  = fix: set database.storage.size to 98Gi or more; it can grow later, never shrink
  = docs: Seedbed's docs/reference/database_config.md#databasestoragesize

1 error in 1 of 14 requests.
`);
  });

  it("puts a reason that is too long for the line below, and wraps it", () => {
    const text = renderProblems([PROBLEM], { [PATH]: TEXT }, { width: 50 });
    expect(text).toContain(
      "4 |     size: 40Gi\n  |           ^^^^\n  |\n  = why: at least 98 GiB are needed (2.5 × dump +\n         20 GiB)\n",
    );
  });

  it("does without the source line where it has none", () => {
    const text = renderProblems([PROBLEM], {});
    expect(text).toContain(":4:11\n  = why: at least 98 GiB");
  });

  it("points at the rest of the word where no length is given", () => {
    const { length: _, ...problem } = PROBLEM;
    expect(renderProblems([problem], { [PATH]: TEXT })).toContain("^^^^ at least");
  });

  it("keeps a long line inside of the terminal, with the value in view", () => {
    const line = `${"a".repeat(300)}VALUE${"b".repeat(300)}`;
    const text = renderProblems([{ ...PROBLEM, line: 1, column: 301, length: 5 }], { [PATH]: line }, { width: 80 });
    const shown = text.split("\n").find((each) => each.includes("VALUE"))!;
    expect(shown.length).toBeLessThanOrEqual(80);
    expect(shown).toMatch(/…a+VALUEb+…/);
  });

  it("puts carets under wide characters where a terminal shows them", () => {
    const line = "where: 名前 = 1";
    const text = renderProblems([{ ...PROBLEM, line: 1, column: 11, length: 1, why: "w" }], { [PATH]: line });
    expect(text).toContain(`1 | ${line}\n  | ${" ".repeat(12)}^ w`);
  });

  it("lets nothing in a line reach the terminal as a command", () => {
    const text = renderProblems([PROBLEM], { [PATH]: "\n\n\nsize: \u001b[2J\u202e40Gi" });
    expect(text).toContain("\\u{1b}[2J\\u{202e}40Gi");
    for (const unseen of ["\u001b", "\u202e"]) expect(text).not.toContain(unseen);
  });

  it.each([
    "password: canary",
    "  - { name: A, password: canary }",
    "ALTER USER a IDENTIFIED BY canary;",
    "password_secret: canary",
  ])("never repeats a line that may hold a secret: %s", (line) => {
    const text = renderProblems([{ ...PROBLEM, line: 1, column: 1 }], { [PATH]: line });
    expect(text).not.toContain("canary");
  });

  it("shows the line that names a Secret, since a name is no secret", () => {
    const line = "password_secret: { name: hr-app, key: password }";
    expect(renderProblems([{ ...PROBLEM, line: 1, column: 1 }], { [PATH]: line })).toContain("hr-app");
  });

  it("colours only when it is told to", () => {
    expect(renderProblems([PROBLEM], { [PATH]: TEXT }, { color: true })).toContain(
      "\u001b[1;31merror[storage-too-small]\u001b[0m",
    );
  });
});

describe("summarizeProblems", () => {
  const warning: Problem = { ...PROBLEM, severity: "warning", path: "environments/crm/database_config.yaml" };

  it("counts errors, warnings and requests", () => {
    expect(summarizeProblems([PROBLEM, PROBLEM, warning], { requests: 14 })).toBe(
      "2 errors, 1 warning in 2 of 14 requests.",
    );
    expect(summarizeProblems([{ ...PROBLEM, path: ".github/seedbed.yml" }], { requests: 1 })).toBe(
      "1 error in 1 file.",
    );
    expect(summarizeProblems([], { requests: 1 })).toBe("No problems in 1 request.");
    expect(summarizeProblems([], { requests: 0, settings: true })).toBe("No problems in the settings and 0 requests.");
  });

  it("gives programs the same problems", () => {
    expect(JSON.parse(problemsToJson([PROBLEM, warning]))).toEqual({
      version: 1,
      errors: 1,
      warnings: 1,
      problems: [PROBLEM, warning],
    });
  });
});

import { describe, expect, test } from "vitest";
import { countProblems, limitPerFile, limitProblems, MOST_PROBLEMS } from "../../src/problem/limit-problems.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { problemsToJson, summarizeProblems } from "../../src/problem/summarize-problems.ts";

function problemAt(line: number, more: Partial<Problem> = {}): Problem {
  return {
    severity: "error",
    code: "x",
    path: "a",
    line,
    column: 1,
    what: `${line}`,
    why: "w",
    fix: "f",
    docs: "d",
    ...more,
  };
}

function lines(count: number, more: Partial<Problem> = {}): Problem[] {
  return Array.from({ length: count }, (_, index) => problemAt(index + 1, more));
}

describe("as many problems are listed as anybody reads", () => {
  test("all of them, in their order, up to the limit", () => {
    const problems = lines(MOST_PROBLEMS).toReversed();
    expect(limitProblems(problems)).toEqual(problems);
  });

  test("and above it one that says how many others there are, and of which kind", () => {
    const listed = limitProblems([...lines(30, { severity: "warning" }), ...lines(90), ...lines(20, { path: "b" })]);
    expect(listed.slice(0, MOST_PROBLEMS).every(({ severity }) => severity === "error")).toBe(true);
    expect(listed.slice(MOST_PROBLEMS)).toMatchObject([
      {
        severity: "error",
        code: "more-problems",
        path: "b",
        line: 11,
        omitted: 10,
        what: "10 more errors are not listed",
      },
      { severity: "warning", code: "more-problems", path: "a", line: 1, omitted: 30 },
    ]);
  });

  test("of each file apart, in reading order", () => {
    const listed = limitPerFile([...lines(150, { path: "b" }), ...lines(5)]);
    expect(listed).toHaveLength(5 + MOST_PROBLEMS + 1);
    expect(listed[0]).toMatchObject({ path: "a", line: 1 });
    expect(listed.at(-1)).toMatchObject({ path: "b", line: 101, omitted: 50 });
  });

  test("with one count, also of what was counted before", () => {
    const once = [...limitProblems(lines(300)), ...limitProblems(lines(1000, { path: "b" }))];
    const twice = limitProblems(once);
    expect(twice).toHaveLength(MOST_PROBLEMS + 1);
    expect([countProblems(once), countProblems(twice)]).toEqual([1300, 1300]);
    expect(limitProblems(twice)).toEqual(twice);
    expect(summarizeProblems(twice, { requests: 2 })).toContain("1300 errors");
    expect(JSON.parse(problemsToJson(twice))).toMatchObject({ errors: 1300, warnings: 0 });
  });

  test("in words that are not longer than GitHub takes", () => {
    const [problem] = limitProblems([problemAt(1, { what: "x".repeat(60_000), fix: "\u{1f600}".repeat(30_000) })]);
    expect(problem!.what).toBe(`${"x".repeat(999)}…`);
    expect(problem!.fix.length).toBeLessThanOrEqual(1000);
    expect(problem!.fix.isWellFormed()).toBe(true);
  });
});

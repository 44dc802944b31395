import { describe, expect, test } from "vitest";
import { MOST_BYTES } from "../../src/layout/limits.ts";
import { parseLock } from "../../src/lock/parse-lock.ts";
import { countProblems, MOST_PROBLEMS } from "../../src/problem/limit-problems.ts";
import type { Parsed, Problem } from "../../src/problem/problem.ts";
import { renderProblems } from "../../src/problem/render-problems.ts";
import { parseRequest } from "../../src/request/parse-request.ts";
import { parseSettings } from "../../src/settings/parse-settings.ts";
import { HOSTILE_SQL, HOSTILE_YAML } from "./hostile-texts.ts";

const YAML = Object.entries(HOSTILE_YAML);
const SQL = Object.entries(HOSTILE_SQL);
const REQUEST = "environments/hr/database_config.yaml";
const SCRIPT = "environments/hr/scripts/mask.sql";

/** Whatever a text says, what is told of it fits on a page; that it is told at all within a test's time is the point of these tests. */
function expectBounded(parsed: Parsed<unknown>, path: string, text: string): Problem[] {
  const problems = parsed.ok ? parsed.warnings : parsed.problems;
  const own = problems.filter((problem) => problem.path === path);
  // One more counts the errors that are not listed, another one the warnings.
  expect(own.length).toBeLessThanOrEqual(MOST_PROBLEMS + 2);
  expect(JSON.stringify(own).length).toBeLessThan(400_000);
  expect(renderProblems(problems, { [path]: text }).length).toBeLessThan(400_000);
  return own;
}

describe("a text of the largest size that is read says a bounded number of things", () => {
  test.each(YAML)("as a request: %s", (_name, make) => {
    const text = make(MOST_BYTES.request);
    const files = { database: "hr", files: { "database_config.yaml": text } };
    expect(expectBounded(parseRequest(files), REQUEST, text)).not.toEqual([]);
  });

  test.each(YAML)("as a lock: %s", (_name, make) => {
    const [path, text] = ["environments/hr/seed.lock.yaml", make(MOST_BYTES.request)];
    expect(expectBounded(parseLock(text, path, "hr"), path, text)).not.toEqual([]);
  });

  test.each(SQL)("as a script: %s", (_name, make) => {
    const text = make(MOST_BYTES.other);
    expectBounded(parseRequest({ database: "hr", files: { "scripts/mask.sql": text } }), SCRIPT, text);
  });
});

describe("the problems that are not listed are counted", () => {
  const errorsOf = (parsed: Parsed<unknown>, path: string) =>
    (parsed.ok ? [] : parsed.problems).filter((one) => one.path === path && one.severity === "error");

  test("of unknown keys, which are described only as far as they are told", () => {
    const text = Array.from({ length: 900 }, (_, index) => `k${index}: 1\n`).join("");
    const request = errorsOf(parseRequest({ database: "hr", files: { "database_config.yaml": text } }), REQUEST);
    // Besides, the four keys that a request needs are missing.
    expect(countProblems(request)).toBe(904);
    expect(request.at(-1)).toMatchObject({
      code: "more-problems",
      omitted: 804,
      what: "804 more errors are not listed",
    });
    const settings = errorsOf(parseSettings(text, ".github/seedbed.yml"), ".github/seedbed.yml");
    expect(settings.filter(({ code }) => code === "more-problems")).toHaveLength(1);
  });

  test("of a script", () => {
    const script = "/\n".repeat(5000);
    const found = errorsOf(parseRequest({ database: "hr", files: { "scripts/mask.sql": script } }), SCRIPT);
    expect(countProblems(found)).toBe(5000);
    expect(found).toHaveLength(MOST_PROBLEMS + 1);
  });
});

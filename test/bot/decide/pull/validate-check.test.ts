import { expect, test } from "vitest";
import { decideValidate } from "../../../../bot/decide/pull/validate-check.ts";
import type { Problem } from "../../../../src/problem/problem.ts";
import { buildState, exampleFiles } from "./build-state.ts";

const PATH = "environments/hr/database_config.yaml";
const TOUCHED = { databases: ["hr"], github: [], tops: [] };

function problems(count: number, severity: Problem["severity"]): Problem[] {
  const words = { code: "unknown-key", what: "w", why: "w", fix: "f", docs: "docs/requests.md" };
  return Array.from({ length: count }, (_, index) => ({ severity, path: PATH, line: index + 1, column: 1, ...words }));
}

test("a check has as many annotations as one call takes, errors first, and says how many problems there are", async () => {
  const state = await buildState({ head: exampleFiles() });
  const check = decideValidate(state, [...problems(60, "warning"), ...problems(7001, "error")], TOUCHED);
  expect(check).toMatchObject({ conclusion: "failure", title: "7001 errors, 60 warnings in 1 of 1 request" });
  expect(check.annotations).toHaveLength(50);
  expect(check.annotations.every(({ level }) => level === "failure")).toBe(true);
  expect(check.summary).toContain("Of 7061 problems, 50 are shown on their lines.");
  expect(check.summary.length).toBeLessThan(60_000);
});

test("a check with few problems has each of them on its line, and no number of others", async () => {
  const state = await buildState({ head: exampleFiles() });
  const check = decideValidate(state, [...problems(20, "warning"), ...problems(30, "error")], TOUCHED);
  expect(check.annotations).toHaveLength(50);
  expect(check.summary).not.toContain("are shown on their lines");
});

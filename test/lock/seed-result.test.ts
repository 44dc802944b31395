import { describe, expect, test } from "vitest";
import { parseSeedResult } from "../../src/lock/seed-result.ts";
import { exampleFailed, exampleSeeded } from "./example-lock.ts";

function problemsOf(value: unknown): string {
  const parsed = parseSeedResult(typeof value === "string" ? value : JSON.stringify(value));
  return parsed.ok ? "" : parsed.problems.map((problem) => problem.what).join("\n");
}

describe("the seed result", () => {
  test.each([exampleSeeded, exampleFailed, { ...exampleFailed, outcome: "superseded" as const }])(
    "reads back as it was written: $outcome",
    (result) => {
      expect(parseSeedResult(JSON.stringify(result))).toEqual({ ok: true, value: result, warnings: [] });
    },
  );

  test.each([
    [
      "an image name of its own",
      { ...exampleSeeded, image: { ...exampleSeeded.image, repository: "evil/x" } },
      'unknown key "repository"',
    ],
    ["an unknown key", { ...exampleFailed, extra: 1 }, 'unknown key "extra"'],
    ["no approval", { ...exampleSeeded, approval: undefined }, "must have required property 'approval'"],
    ["generation 0", { ...exampleSeeded, generation: 0 }, "generation: must be >= 1"],
    ["an outcome of its own", { ...exampleSeeded, outcome: "fine" }, "outcome: must be one of"],
    ["a success that is a failure", { ...exampleFailed, outcome: "seeded" }, "must have required property 'digests'"],
    ["a repository id as a number", { ...exampleSeeded, repositoryId: 812345678 }, "repositoryId: must be string"],
    ["a path for a database", { ...exampleSeeded, database: "../crm" }, "database: must match"],
    ["version 2", { ...exampleSeeded, version: 2 }, "version: must be 1"],
    [
      "an export on a day that does not exist",
      { ...exampleSeeded, dumpSet: { ...exampleSeeded.dumpSet, exported_at: "2026-02-30T12:00:00Z" } },
      "dumpSet.exported_at: must be a time in UTC that exists",
    ],
    ["a list", [exampleSeeded], "must be object"],
    ["broken JSON", "{", "is not JSON"],
    ["nothing", "", "is not JSON"],
  ])("with %s is refused", (_, value, said) => {
    expect(problemsOf(value)).toContain(said);
  });
});

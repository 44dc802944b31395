import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import { parseLock } from "../../src/lock/parse-lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import { exampleLock, locks } from "./example-lock.ts";

const path = "environments/hr/seed.lock.yaml";
const golden = new URL("golden/hr.seed.lock.yaml", import.meta.url);

function problemsOf(text: string): string[] {
  const parsed = parseLock(text, path, "hr");
  return parsed.ok ? [] : parsed.problems.map((problem) => `${problem.line}:${problem.column} ${problem.what}`);
}

describe("the lock file", () => {
  test("has the shape of the golden file", () => {
    expect(renderLock(exampleLock)).toBe(readFileSync(golden, "utf8"));
  });

  test("reads back as it was written, whatever text the scripts hold", () => {
    fc.assert(
      fc.property(locks, (lock) => {
        expect(parseLock(renderLock(lock), path, "hr")).toEqual({ ok: true, value: lock, warnings: [] });
      }),
      { numRuns: 300 },
    );
  });

  test("is the same bytes whatever order the keys of the value have", () => {
    const shuffled = reversed(exampleLock) as typeof exampleLock;
    expect(Object.keys(shuffled)).not.toEqual(Object.keys(exampleLock));
    expect(renderLock(shuffled)).toBe(renderLock(exampleLock));
  });

  test("before the first seed has a generation of 0 and nothing to point at", () => {
    const text = renderLock(emptyLock("hr"));
    expect(text.split("\n").slice(1)).toEqual([
      "version: 1",
      "database: hr",
      "generation: 0",
      "approval: null",
      "reset: 0",
      "",
    ]);
    expect(parseLock(text, path, "hr")).toEqual({ ok: true, value: emptyLock("hr"), warnings: [] });
  });

  test("keeps ids, SCN and times as text", () => {
    const text = renderLock(exampleLock);
    expect(text).toContain('run: "77"');
    expect(text).toContain('scn: "88231442"');
    expect(text).toContain('exported_at: "2026-11-22T15:00:00Z"');
  });

  test.each([
    ["an unknown key", ["reset: 0", "reset: 0\nrest: 1"], '52:7 the lock has an error at rest: unknown key "rest"'],
    ["a key twice", ["reset: 0", "reset: 0\nreset: 1"], "52:1 the lock is not valid YAML: Map keys must be unique"],
    [
      "an export on a day that does not exist",
      ["2026-11-22T15:00:00Z", "2026-02-30T15:00:00Z"],
      "dump_set.exported_at: must be a time in UTC that exists",
    ],
    [
      "an attempt in the year 0",
      [exampleLock.last_attempt!.at, "0000-01-01T00:00:00Z"],
      "last_attempt.at: must be a time in UTC that exists",
    ],
    ["a number for a run", ['run: "77"', "run: 77"], "last_attempt.run: must be string"],
    ["a number for an SCN", ['scn: "88231442"', "scn: 88231442"], "dump_set.scn: must be string"],
    ["a time without Z", ['"2026-11-22T15:10:00Z"', '"2026-11-22T15:10:00+01:00"'], "last_attempt.at: must be a time"],
    ["a short digest", ["sha256:444", "sha256:44"], "dump_set.digest: must match"],
    ["a success without an image", [/^image: .*\n/m, ""], "the top: must have required property 'image'"],
    ["generation 0 with an image", ["generation: 4\n", "generation: 0\n"], "image: "],
    ["a failure without a stage", ["outcome: seeded", "outcome: failed"], "must have required property 'stage'"],
    ["a success with an error", ["outcome: seeded", "outcome: seeded, error: x"], "last_attempt.error"],
    ["two documents", [/$/, "---\nversion: 1\n"], "must be exactly one YAML document, but has more"],
    ["version 2", ["version: 1", "version: 2"], "version: must be 1"],
    ["a name that is no database", ["database: hr", "database: HR"], "database: must match"],
  ] as [string, [string | RegExp, string], string][])("with %s is refused at its place", (_, [from, to], said) => {
    const text = renderLock(exampleLock).replace(from, to);
    expect(text).not.toBe(renderLock(exampleLock));
    expect(problemsOf(text).join("\n")).toContain(said);
  });

  test("with an alias is refused, because Seedbed never writes one", () => {
    const text = renderLock(exampleLock)
      .replace("jobs_kept: []", "jobs_kept: &none []")
      .replace("pre_import: []", "pre_import: *none");
    expect(problemsOf(text)).toEqual(["1:1 the lock uses a YAML alias, which Seedbed never writes"]);
  });

  test("that is not YAML at all is a problem and no exception", () => {
    for (const text of ["", "\u0000", "{", "- a\n- b", "version: 1", "!!js/function x"])
      expect(problemsOf(text)).not.toEqual([]);
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

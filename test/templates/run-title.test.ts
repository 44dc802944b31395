import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRunTitle, runTitle } from "../../src/templates/run-title.ts";

describe("a run's title", () => {
  test("is read as it was written", () => {
    const inputs = { database: "hr", reason: "review of #1, generation 1, due 2026-11-22T03:00:00Z" };
    expect(readRunTitle(runTitle(inputs))).toEqual({ ...inputs, exact: true });
    expect(readRunTitle("ci")).toBeNull();
  });

  test("is exact for no database but the one that was entered, whatever was entered, and wherever it is cut", () => {
    const text = fc.string({ unit: fc.constantFrom("h", "r", ":", " ", "-", "\n", "x") });
    const long = fc.tuple(text, fc.nat(400), text).map(([start, count, end]) => `${start}${"x".repeat(count)}${end}`);
    fc.assert(
      fc.property(long, text, fc.integer({ min: 201, max: 1000 }), (entered, reason, length) => {
        const database = `hr${entered}`;
        const read = readRunTitle(runTitle({ database, reason }).trimEnd().slice(0, length));
        expect(read?.exact === true ? read.database : database).toBe(database);
      }),
      { numRuns: 5000 },
    );
  });
});

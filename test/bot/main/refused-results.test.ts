import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Refusal } from "../../../bot/decide/main/main-state.ts";
import { countRefusals } from "../../../bot/decide/main/comments/refused-results.ts";

const refusal = (run: number, attempt = 1): Refusal => ({
  kind: "result",
  thread: { pull: 1 },
  run: String(run),
  attempt,
  why: "it is a run of `x`, not @acme/dba",
});

describe("the comment that counts refused results", () => {
  test("changes only for new refusals, in whatever order runs appear and disappear", () => {
    const some = fc.array(fc.integer({ min: 90, max: 600 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 5 }), (looks) => {
        let body: string | null = null;
        for (const runs of looks) {
          const refusals = [...new Set(runs)].map((run) => refusal(run));
          body = countRefusals("result", body, refusals) ?? body;
          expect(countRefusals("result", body, refusals.toReversed())).toBeNull();
          expect(body!.length).toBeLessThan(10_000);
        }
      }),
    );
  });

  test("counts every run and attempt once, and records only the latest ones", () => {
    const runs = Array.from({ length: 250 }, (_, index) => refusal(1000 + index));
    const first = countRefusals("result", null, runs.slice(0, 120))!;
    const both = countRefusals("result", first, [...runs, refusal(1249, 2)])!;
    expect(both).toContain("The results of 251 runs were refused");
    expect(both).not.toContain("1050-1");
    expect(countRefusals("result", both, runs)).toBeNull();
  });

  test("shows the reason as code, without its markup", () => {
    expect(countRefusals("result", null, [refusal(5)])).toContain(
      "- [run 5](../actions/runs/5), attempt 1: ``it is a run of `x`, not @acme/dba``",
    );
  });
});

import { describe, expect, test } from "vitest";
import { describeCause, describeCauseAndReason } from "../../src/permit/describe-cause.ts";
import type { Permit, PermitCause } from "../../src/permit/permit.ts";
import { examplePermit } from "./example-permit.ts";

const asked = { run: "77", attempt: "1", user: "2", login: "grace", reason: "new *rows*" };
const previous = `sha256:${"a".repeat(64)}` as const;

function permit(cause: PermitCause): Permit {
  const { cause: _cause, evidence: _evidence, ...facts } = examplePermit;
  return { ...facts, ...cause };
}

function review(...logins: string[]): PermitCause {
  const reviews = logins.map((login, index) => ({ id: String(index), user: String(index), login, at: "" }));
  return { cause: "review", evidence: { pull: "214", head: "h", merge: "m", check: "1", reviews } };
}

describe("why a permit was signed", () => {
  const rows: [PermitCause, string][] = [
    [review("grace"), "approval by grace (#214)"],
    [review("grace", "lin"), "approval by grace and lin (#214)"],
    [review("grace", "lin", "ada", "bob"), "approval by grace, lin and 2 more (#214)"],
    [{ cause: "reseed", evidence: asked }, "reseed requested by grace"],
    [{ cause: "retry", evidence: { ...asked, previous } }, "retry requested by grace"],
    [
      { cause: "refresh", evidence: { schedule: "0 3 * * 1", due: "2026-12-14T02:00:00Z", previous } },
      "scheduled refresh, due 2026-12-14T02:00:00Z",
    ],
    [{ cause: "rebuild", evidence: { settings_pull: "9" } }, "rebuild after settings change #9"],
  ];
  test.each(rows)("%j", (cause, words) => {
    expect(describeCause(permit(cause))).toBe(words);
  });

  test("free text is only part of it where the caller asks for it", () => {
    expect(describeCauseAndReason(permit({ cause: "reseed", evidence: asked }))).toBe(
      "reseed requested by grace: new *rows*",
    );
    expect(describeCauseAndReason(permit(review("grace")))).toBe("approval by grace (#214)");
  });

  test("stays short enough for a run's title, whose first 200 characters have to hold the permit's mark", () => {
    const long = Array.from({ length: 9 }, (_, index) => `${index}`.repeat(39));
    expect(describeCause(permit(review(...long))).length).toBeLessThan(120);
  });
});

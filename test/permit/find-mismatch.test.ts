import { describe, expect, it } from "vitest";
import { findMismatch, type PermitQuestion } from "../../src/permit/find-mismatch.ts";
import { approvalDigest, type Permit } from "../../src/permit/permit.ts";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import type { Lock } from "../../src/lock/lock.ts";
import { examplePermit, exampleRequest } from "./example-permit.ts";

const NOW = Date.parse("2026-11-23T00:00:00Z");
const approval = "the text of the permit";

function question(changes: Partial<PermitQuestion> = {}): PermitQuestion {
  return {
    settings: {} as PermitQuestion["settings"],
    files: { database: "hr", files: exampleRequest },
    source: "hr-prod",
    lock: lockWith(4),
    approval,
    now: NOW,
    ...changes,
  };
}

function lockWith(generation: number, attempt?: Lock["last_attempt"]): Lock {
  return { ...emptyLock("hr"), generation, ...(attempt ? { last_attempt: attempt } : {}) };
}

const attempt = { generation: 5, at: "2026-11-22T20:00:00Z", run: "77" };
const same = approvalDigest(Buffer.from(approval));
const failed = {
  ...attempt,
  approval: same,
  outcome: "failed" as const,
  stage: "export",
  code: "export-errors",
  error: "",
};

describe("a permit for exactly this request", () => {
  it("fits, until the minute it expires and five more for clocks that differ", () => {
    expect(findMismatch(examplePermit, question())).toBeNull();
    const expires = Date.parse("2026-12-06T14:05:11Z");
    expect(findMismatch(examplePermit, question({ now: expires + 300_000 }))).toBeNull();
    expect(findMismatch(examplePermit, question({ now: expires + 300_001 }))).toMatchObject({ code: "permit-expired" });
  });

  it("fits after a failed attempt of an earlier permit", () => {
    const earlier = { ...failed, generation: 4, approval: `sha256:${"0".repeat(64)}` as const };
    expect(findMismatch(examplePermit, question({ lock: lockWith(3, earlier) }))).toBeNull();
  });
});

describe("a permit that does not fit", () => {
  const files = (changes: Record<string, string>) => ({
    files: { database: "hr", files: { ...exampleRequest, ...changes } },
  });
  const table: [what: string, Partial<Permit>, Partial<PermitQuestion>, code: string, text: string][] = [
    [
      "another repository",
      {},
      { repositoryId: "9" },
      "permit-other-repository",
      "for the repository 812345678, not for 9",
    ],
    ["another database", { database: "oe" }, {}, "permit-other-database", "for oe, not for hr"],
    ["another source", { source: "crm" }, {}, "permit-other-source", "the source crm, but the request names hr-prod"],
    ["a changed file", {}, files({ "scripts/mask.sql": "" }), "permit-other-request", "covers: scripts/mask.sql."],
    ["a file more", {}, files({ "scripts/a.sql": "" }), "permit-other-request", "covers: scripts/a.sql."],
    [
      "a file less",
      {},
      { files: { database: "hr", files: { "database_config.yaml": exampleRequest["database_config.yaml"]! } } },
      "permit-other-request",
      "covers: scripts/mask.sql.",
    ],
    ["apply only", { work: "apply" }, {}, "permit-apply-only", "not an export"],
    ["an old generation", { generation: 4 }, {}, "permit-spent", "generation 4, but generation 4 was already used"],
    [
      "its own success",
      {},
      { lock: lockWith(5, { ...attempt, approval: same, outcome: "seeded" }) },
      "permit-spent",
      "by run 77",
    ],
    [
      "its own failure",
      {},
      { lock: lockWith(4, failed) },
      "permit-failed",
      "by run 77, which failed in stage export: export-errors",
    ],
  ];

  it.each(table)("says why: %s", (...row) => {
    const [, permit, changes, code, text] = row;
    const mismatch = findMismatch({ ...examplePermit, ...permit } as Permit, question(changes));
    expect(mismatch?.code).toBe(code);
    expect(mismatch?.text).toContain(text);
  });
});

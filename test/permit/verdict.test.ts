import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refuseMode } from "../../src/database/file-mode.ts";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import type { LastAttempt, Lock } from "../../src/lock/lock.ts";
import { judgePermit, type PermitQuestion } from "../../src/permit/judge-permit.ts";
import { isExpired } from "../../src/permit/is-expired.ts";
import { approvalDigest, type Permit } from "../../src/permit/permit.ts";
import { digestOf, exampleLock } from "../lock/example-lock.ts";
import { digestsOf, examplePermit, exampleRequest, makeKey, signed } from "./example-permit.ts";

const [k1, k2] = [makeKey("k1"), makeKey("k2")];
const { expires_at: _expires, ...lasting } = examplePermit;

function question(permit: Partial<Permit> = {}, more: Partial<PermitQuestion> = {}): PermitQuestion {
  return {
    approval: textOf({ ...examplePermit, ...permit } as Permit),
    keys: [k1.settings],
    repositoryId: "812345678",
    files: { database: "hr", files: exampleRequest },
    source: "hr-prod",
    lock: emptyLock("hr"),
    now: Date.parse("2026-11-23T00:00:00Z"),
    ...more,
  };
}

function textOf(permit: Permit): string {
  return signed(permit, k1).toString("utf8");
}

function usedIn(outcome: "seeded" | "failed"): Lock {
  const approval = approvalDigest(Buffer.from(textOf(examplePermit)));
  const attempt = { generation: 5, approval, at: "2026-11-22T15:10:00Z", run: "77" };
  return outcome === "seeded"
    ? { ...exampleLock, generation: 5, approval, last_attempt: { ...attempt, outcome } }
    : { ...exampleLock, last_attempt: { ...attempt, outcome, stage: "export", code: "x", error: "y" } };
}

const codes = ({ reasons }: ReturnType<typeof judgePermit>) => reasons.map(({ code }) => code);

describe("the verdict on an approval.yaml", () => {
  test("is open for exactly these bytes, with nothing to say", () => {
    expect(judgePermit(question())).toMatchObject({ kind: "open", covers: true, key: "k1", reasons: [] });
  });

  const changed = question().approval as string;
  const rows: [string, PermitQuestion, object, string[]][] = [
    ["none", question({}, { approval: null }), { kind: "none" }, ["permit-missing"]],
    [
      "broken with a changed byte",
      question({}, { approval: changed.replace("hr-prod", "hr-prob") }),
      { kind: "broken" },
      ["approval-signature-wrong"],
    ],
    [
      "broken under a key that left the settings",
      question({}, { keys: [k2.settings] }),
      { kind: "broken" },
      ["approval-unknown-key"],
    ],
    [
      "broken where it is a link",
      question(
        {},
        { approval: { unreadable: refuseMode({ path: "environments/hr/approval.yaml", mode: "120000" })! } },
      ),
      { kind: "broken" },
      ["not-a-regular-file"],
    ],
    [
      "broken in another repository",
      question({}, { repositoryId: "1" }),
      { kind: "broken" },
      ["permit-other-repository"],
    ],
    [
      "broken for another database of another repository, and says both",
      question({ database: "crm" }, { repositoryId: "1" }),
      { kind: "broken", covers: false, permit: null },
      ["permit-other-repository", "permit-other-database"],
    ],
    [
      "open without cover for other bytes",
      question({ request: digestsOf({ "database_config.yaml": "x" }) }),
      { kind: "open", covers: false },
      ["permit-other-request"],
    ],
    [
      "open without cover for another source, and says everything in the order in which it is told",
      question({ source: "crm-prod", request: digestsOf({ "database_config.yaml": "x" }) }),
      { kind: "open", covers: false },
      ["permit-other-source", "permit-other-request"],
    ],
    ["open where the source cannot be told: the bytes decide", question({}, { source: null }), { covers: true }, []],
    ["open without a clock", question({ expires_at: "2020-01-01T00:00:00Z" }, { now: null }), { kind: "open" }, []],
    [
      "used as overtaken by its generation",
      question({}, { lock: { ...exampleLock, generation: 5 } }),
      { kind: "used", as: "overtaken", covers: true },
      ["permit-spent"],
    ],
    [
      "applied, which never expires and no generation uses up",
      question(
        {},
        {
          approval: textOf({ ...lasting, work: "apply" } as Permit),
          lock: { ...exampleLock, generation: 9 },
          now: Infinity,
        },
      ),
      { kind: "applied", covers: true },
      ["permit-apply-only"],
    ],
    ["used as seeded", question({}, { lock: usedIn("seeded") }), { kind: "used", as: "seeded" }, ["permit-spent"]],
    ["used as failed", question({}, { lock: usedIn("failed") }), { kind: "used", as: "failed" }, ["permit-failed"]],
    [
      "still used when its key left the settings",
      question({}, { lock: usedIn("failed"), keys: [k2.settings] }),
      { kind: "used", as: "failed", covers: true, key: "" },
      ["permit-failed"],
    ],
    [
      "still used when it has expired as well",
      question({}, { lock: usedIn("failed"), now: Infinity }),
      { kind: "used", as: "failed" },
      ["permit-failed"],
    ],
    [
      "still used as seeded after another one failed",
      question(
        {},
        {
          lock: {
            ...usedIn("seeded"),
            last_attempt: { ...usedIn("failed").last_attempt!, generation: 6, approval: digestOf("c") },
          },
        },
      ),
      { kind: "used", as: "seeded" },
      ["permit-spent"],
    ],
  ];
  test.each(rows)("is %s", (_name, asked, wanted, said) => {
    const verdict = judgePermit(asked);
    expect(verdict).toMatchObject(wanted);
    expect(codes(verdict)).toEqual(said);
  });

  test("is not taken from a digest in the lock for other bytes", () => {
    const lock = { ...exampleLock, approval: digestOf("c") };
    expect(judgePermit(question({}, { lock, keys: [k2.settings] })).kind).toBe("broken");
  });
});

describe("expiry", () => {
  const expires = Date.parse(examplePermit.expires_at!);
  test("has one tolerance, of five minutes to the millisecond", () => {
    expect(isExpired(examplePermit, expires + 300_000)).toBe(false);
    expect(isExpired(examplePermit, expires + 300_001)).toBe(true);
  });

  test("comes before anything without a time to compare with", () => {
    expect(isExpired(lasting as Permit, 0)).toBe(true);
    expect(isExpired({ ...examplePermit, expires_at: "soon" }, 0)).toBe(true);
  });
});

const attempts = fc.option(
  fc.record({ generation: fc.integer({ min: 1, max: 9 }), own: fc.boolean(), failed: fc.boolean() }),
);

describe("any permit, lock and clock", () => {
  test("a run may start exactly where nothing is said, and a permit that was used or has expired never opens again", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Permit["work"]>("export", "image", "apply"),
        fc.integer({ min: 1, max: 9 }),
        attempts,
        fc.integer({ min: -10, max: 10 }),
        (work, generation, attempt, minutes) => {
          const permit = { ...(work === "apply" ? lasting : examplePermit), work, generation } as Permit;
          const approval = textOf(permit);
          const last = attempt === null ? {} : { last_attempt: attemptOf(attempt, approval) };
          const lock = { ...emptyLock("hr"), ...last };
          const now = Date.parse(examplePermit.expires_at!) + minutes * 60_000;
          const verdict = judgePermit(question({}, { approval, lock, now }));
          expect(verdict.reasons.length === 0).toBe(verdict.kind === "open" && verdict.covers);
          const later = judgePermit(question({}, { approval, lock: { ...lock, generation }, now: now + 60_000 }));
          expect(later.kind).not.toBe("open");
          if (verdict.kind !== "open") expect(later.reasons).not.toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  function attemptOf({ generation, own, failed }: { generation: number; own: boolean; failed: boolean }, text: string) {
    const approval = own ? approvalDigest(Buffer.from(text)) : digestOf("d");
    const common = { generation, approval, at: "2026-11-22T15:10:00Z", run: "77" };
    return (
      failed ? { ...common, outcome: "failed", stage: "s", code: "c", error: "e" } : { ...common, outcome: "seeded" }
    ) as LastAttempt;
  }
});

import { describe, expect, test } from "vitest";
import { approvalDigest, type Permit } from "../../../src/permit/permit.ts";
import { emptyLock } from "../../../src/lock/advance-lock.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import { parseSettings } from "../../../src/settings/parse-settings.ts";
import { judgeStanding, type StandingQuestion } from "../../../bot/decide/main/permits/standing.ts";
import { digestsOf, examplePermit, exampleRequest, makeKey, signed } from "../../permit/example-permit.ts";
import { digestOf, exampleLock } from "../../lock/example-lock.ts";
import { settingsText } from "./main-world.ts";

const [k1, k2] = [makeKey("k1"), makeKey("k2")];

function settingsOf(keys: (typeof k1)[]) {
  const rows = keys.map(({ settings }) => ({ id: settings.id, publicKey: settings.public_key }));
  const parsed = parseSettings(settingsText({ keys: rows }), "s.yml");
  if (!parsed.ok) throw new Error("settings");
  return parsed.value;
}

function question(permit: Partial<Permit> = {}, more: Partial<StandingQuestion> = {}): StandingQuestion {
  const bytes = signed({ ...examplePermit, ...permit } as Permit, k1);
  return {
    approval: bytes.toString("utf8"),
    files: { database: "hr", files: exampleRequest },
    source: "hr-prod",
    lock: emptyLock("hr"),
    settings: settingsOf([k1]),
    repositoryId: "812345678",
    now: Date.parse("2026-11-23T00:00:00Z"),
    ...more,
  };
}

function usedIn(text: string | null, outcome: "seeded" | "failed"): Lock {
  const approval = approvalDigest(Buffer.from(text ?? ""));
  const attempt = { generation: 5, approval, at: "2026-11-22T15:10:00Z", run: "77" };
  return outcome === "seeded"
    ? { ...exampleLock, generation: 5, approval, last_attempt: { ...attempt, outcome } }
    : { ...exampleLock, last_attempt: { ...attempt, outcome, stage: "export", code: "x", error: "y" } };
}

describe("whether an approval.yaml is valid", () => {
  test("open for exactly these bytes", () => {
    expect(judgeStanding(question())).toMatchObject({ kind: "open", covers: true, key: "k1" });
  });

  const { expires_at: _expires, ...lasting } = examplePermit;
  const rows: [string, StandingQuestion, object][] = [
    ["nothing where there is none", question({}, { approval: null }), { kind: "none" }],
    [
      "nothing with a changed byte",
      question({}, { approval: question().approval!.replace("hr-prod", "hr-prob") }),
      { kind: "broken" },
    ],
    ["nothing under a key that left the settings", question({}, { settings: settingsOf([k2]) }), { kind: "broken" }],
    ["nothing in another repository", question({}, { repositoryId: "1" }), { kind: "broken" }],
    ["nothing for another database", question({ database: "crm" }), { kind: "broken" }],
    ["no cover for other bytes", question({ request: digestsOf({ "database_config.yaml": "x" }) }), { covers: false }],
    [
      "no cover for a file more",
      question({}, { files: { database: "hr", files: { ...exampleRequest, "scripts/more.sql": "x" } } }),
      { covers: false },
    ],
    ["no cover for another source", question({}, { source: "crm-prod" }), { covers: false }],
    ["expired at its minute", question({}, { now: Date.parse("2026-12-06T14:05:11Z") }), { kind: "expired" }],
    [
      "spent when its generation was used",
      question({}, { lock: { ...exampleLock, generation: 5 } }),
      { kind: "failed" },
    ],
    [
      "applied",
      question({}, { approval: signed({ ...lasting, work: "apply" } as Permit, k1).toString() }),
      { kind: "applied" },
    ],
    ["seeded", question({}, { lock: usedIn(question().approval, "seeded") }), { kind: "seeded", covers: true }],
    ["failed", question({}, { lock: usedIn(question().approval, "failed") }), { kind: "failed", covers: true }],
    [
      "still spent when its key left the settings",
      question({}, { lock: usedIn(question().approval, "failed"), settings: settingsOf([k2]) }),
      { kind: "failed", covers: true },
    ],
  ];
  test.each(rows)("%s", (_name, asked, wanted) => {
    expect(judgeStanding(asked)).toMatchObject(wanted);
  });

  test("a digest in the lock does not validate other bytes", () => {
    const lock = { ...exampleLock, approval: digestOf("c") };
    const forged = question({}, { lock, settings: settingsOf([k2]) });
    expect(judgeStanding(forged).kind).toBe("broken");
  });
});

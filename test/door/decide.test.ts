import { describe, expect, test } from "vitest";
import { decide } from "../../src/door/decide.ts";
import type { DoorFacts } from "../../src/door/door-facts.ts";
import { digestOfBytes } from "../../src/crypto/digest.ts";
import { emptyLock } from "../../src/lock/advance-lock.ts";
import type { Lock } from "../../src/lock/lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import { approvalOf, goodFacts, NOW, REQUEST, SETTINGS } from "./main-now.ts";

const hr = REQUEST["database_config.yaml"]!;
const good = await goodFacts();
const attempt = { at: "2026-11-22T15:00:00Z", run: "77" };

function lockOf(change: Partial<Lock>): string {
  return renderLock({ ...emptyLock("hr"), ...change });
}

function withRun(change: Partial<DoorFacts["run"]>): DoorFacts {
  return { ...good, run: { ...good.run, ...change } };
}

function withSettings(change: (text: string) => string | null): Promise<DoorFacts> {
  return goodFacts({}, { settings: change(SETTINGS) });
}

function withMode(path: string, mode: string): Promise<DoorFacts> {
  const files = { "approval.yaml": approvalOf(), ...REQUEST };
  return goodFacts({ [path]: files[path as keyof typeof files] ?? "" }, { modes: { [path]: mode } });
}

/** The request with other bytes, permitted as such, so that only what comes later can object. */
function permitted(text: string): Promise<DoorFacts> {
  const mask = REQUEST["scripts/mask.sql"]!;
  const request = { "database_config.yaml": digestOfBytes(text), "scripts/mask.sql": digestOfBytes(mask) };
  return goodFacts({ "database_config.yaml": text, "approval.yaml": approvalOf({ request }) });
}

const rows: [reason: string, facts: DoorFacts | Promise<DoorFacts>, code: string, sentence: string][] = [
  [
    "a workflow of another branch",
    withRun({ workflowRef: "acme/databases/.github/workflows/provision.yml@refs/heads/evil" }),
    "door-workflow",
    "provision.yml@refs/heads/evil, not to acme/databases/.github/workflows/provision.yml@refs/heads/main.",
  ],
  [
    "a tag with the branch's name",
    withRun({ workflowRef: "acme/databases/.github/workflows/provision.yml@refs/tags/main" }),
    "door-workflow",
    "@refs/tags/main",
  ],
  [
    "another workflow file",
    withRun({ workflowRef: "acme/databases/.github/workflows/other.yml@refs/heads/main" }),
    "door-workflow",
    "other.yml",
  ],
  ["another event", withRun({ event: "push" }), "door-event", "started by the event push, not by workflow_dispatch."],
  [
    "another repository's run",
    withRun({ repositoryId: "99" }),
    "door-repository",
    "99, but acme/databases has the id 812345678.",
  ],
  [
    "an unknown name",
    { ...good, database: "hrr" },
    "database-unknown",
    "There is no request environments/hrr/database_config.yaml on main; there are crm, hr, sales.",
  ],
  ["no settings", withSettings(() => null), "settings-missing", "There is no .github/seedbed.yml on main."],
  ["settings that do not hold", withSettings((text) => `${text}\nnonsense: 1\n`), "settings-invalid", "nonsense"],
  ["no permit", goodFacts({ "approval.yaml": null }), "permit-missing", "so this export has no permit"],
  [
    "a permit that is a link",
    withMode("approval.yaml", "120000"),
    "not-a-regular-file",
    "environments/hr/approval.yaml:1:1: this is a symbolic link.",
  ],
  [
    "a permit with a changed byte",
    goodFacts({ "approval.yaml": approvalOf().replace("generation: 1", "generation: 2") }),
    "approval-signature-wrong",
    "has an invalid signature for key k1",
  ],
  [
    "a permit without a last line",
    goodFacts({ "approval.yaml": "version: 1\n" }),
    "approval-unsigned",
    "does not end in a line",
  ],
  [
    "a permit of another repository",
    goodFacts({ "approval.yaml": approvalOf({ repository: { id: "1", name: "acme/databases" } }) }),
    "permit-other-repository",
    "The permit is for the repository 1, not for 812345678.",
  ],
  [
    "another database's permit",
    goodFacts({ "approval.yaml": approvalOf({ database: "crm" }) }),
    "permit-other-database",
    "The permit is for crm, not for hr.",
  ],
  [
    "a permit for another source",
    goodFacts({ "approval.yaml": approvalOf({ source: "orders-prod" }) }),
    "permit-other-source",
    "The permit is for the source orders-prod, but the request names hr-prod.",
  ],
  [
    "a request that changed by one byte",
    goodFacts({ "database_config.yaml": `${hr} ` }),
    "permit-other-request",
    "differ from what the permit covers: database_config.yaml.",
  ],
  [
    "a file more than was reviewed",
    goodFacts({ "scripts/more.sql": "drop table T;\n" }),
    "permit-other-request",
    "differ from what the permit covers: scripts/more.sql.",
  ],
  [
    "a script that became a link",
    withMode("scripts/mask.sql", "120000"),
    "not-a-regular-file",
    "environments/hr/scripts/mask.sql:1:1: this is a symbolic link.",
  ],
  [
    "a script that became a program",
    withMode("scripts/mask.sql", "100755"),
    "executable-file",
    "mask.sql:1:1: the file is marked",
  ],
  [
    "a submodule in the request",
    withMode("scripts/more", "160000"),
    "not-a-regular-file",
    "environments/hr/scripts/more:1:1: this is a submodule.",
  ],
  [
    "a permit that only applies",
    goodFacts({ "approval.yaml": approvalOf({ work: "apply" }) }),
    "permit-apply-only",
    "only allows applying this request, not an export",
  ],
  [
    "a permit that was used",
    goodFacts({
      "seed.lock.yaml": lockOf({
        last_attempt: {
          ...attempt,
          generation: 1,
          outcome: "failed",
          approval: null,
          stage: "export",
          code: "x",
          error: "x",
        },
      }),
    }),
    "permit-spent",
    "The permit has generation 1, but generation 1 was already used.",
  ],
  [
    "a permit that a failure has spent",
    goodFacts({
      "seed.lock.yaml": lockOf({
        last_attempt: {
          ...attempt,
          generation: 1,
          outcome: "failed",
          approval: digestOfBytes(approvalOf()),
          stage: "export",
          code: "source-ora-39095",
          error: "ORA-39095",
        },
      }),
    }),
    "permit-failed",
    "The permit was used up by run 77, which failed in stage export: source-ora-39095.",
  ],
  [
    "a permit that has expired",
    goodFacts({ "approval.yaml": approvalOf({ expires_at: new Date(NOW - 301_000).toISOString() }) }),
    "permit-expired",
    "The permit expired at ",
  ],
  ["a lock that does not hold", goodFacts({ "seed.lock.yaml": "version: 2\n" }), "lock-invalid", "seed.lock.yaml"],
  [
    "a scope that settings do not allow any more",
    withSettings((text) => text.replace("schemas: [HR, OE]", "schemas: [HR]")),
    "request-refused",
    "is no longer valid under the current settings",
  ],
  ["a request that does not hold", permitted(`${hr}\nnonsense: 1\n`), "request-refused", "nonsense"],
  [
    "a source that is stopped",
    withSettings((text) =>
      text.replace("    environment: source-hr-prod", "    stopped: true\n    environment: source-hr-prod"),
    ),
    "source-stopped",
    "The DBAs have stopped the source hr-prod.",
  ],
  [
    "a window that is closed",
    withSettings((text) =>
      text.replace(
        "    environment: source-hr-prod",
        '    windows: [ { days: [mon], from: "01:00", to: "04:00", time_zone: Europe/Berlin } ]\n    environment: source-hr-prod',
      ),
    ),
    "window-closed",
    "Exports of hr-prod may start mon 01:00-04:00 Europe/Berlin; it is 2026-11-22T21:30:00.000Z.",
  ],
  [
    "an environment without the variable",
    { ...good, source: "" },
    "source-variable-missing",
    "The environment source-hr-prod has no variable SEEDBED_SOURCE",
  ],
  [
    "an environment of another source",
    { ...good, source: "orders-prod" },
    "source-variable-wrong",
    "SEEDBED_SOURCE is orders-prod, but the permit is for the source hr-prod.",
  ],
];

describe("the door", () => {
  test.each(rows)("refuses %s, with its own sentence and what to do", async (_reason, facts, code, sentence) => {
    const decision = decide(await facts);
    expect(decision).toMatchObject({ refuse: code, sentence: expect.stringContaining(sentence) });
    expect("go" in decision ? "" : decision.fix).toMatch(/^\S.{20,}[.?]$/s);
  });

  test("lets an open permit of exactly this request through, and says what it allows", () => {
    const decision = decide(good);
    expect(decision).toMatchObject({
      go: { database: "hr", sourceName: "hr-prod", permit: { work: "export", generation: 1 } },
    });
    const pass = "go" in decision ? decision.go : null;
    expect(pass?.approval).toBe(digestOfBytes(approvalOf()));
    expect(pass?.source.environment).toBe("source-hr-prod");
    expect(Object.keys(pass?.files.files ?? {}).toSorted()).toEqual(["database_config.yaml", "scripts/mask.sql"]);
  });

  test("the plan job has no environment and is asked for no variable", () => {
    expect(decide({ ...good, source: null })).toHaveProperty("go");
  });

  test("clocks may differ by five minutes, not more", async () => {
    const at = (seconds: number) => approvalOf({ expires_at: new Date(NOW - seconds * 1000).toISOString() });
    expect(decide(await goodFacts({ "approval.yaml": at(299) }))).toHaveProperty("go");
    expect(decide(await goodFacts({ "approval.yaml": at(301) }))).toHaveProperty("refuse");
  });

  test("what comes first in the order is told first, whatever else is wrong", () => {
    const facts = { ...withRun({ event: "push" }), database: "nothing", source: "" };
    expect(decide(facts)).toMatchObject({ refuse: "door-event" });
    expect(decide({ ...facts, run: good.run })).toMatchObject({ refuse: "database-unknown" });
  });

  test("a permit for a new image is asked for no window: it does not touch the source", async () => {
    const settings = SETTINGS.replace(
      "    environment: source-hr-prod",
      '    windows: [ { days: [mon], from: "01:00", to: "04:00", time_zone: Europe/Berlin } ]\n    environment: source-hr-prod',
    );
    const facts = await goodFacts({ "approval.yaml": approvalOf({ work: "image" }) }, { settings });
    expect(decide(facts)).toHaveProperty("go");
  });
});

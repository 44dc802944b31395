import { describe, expect, test } from "vitest";
import type { MainReader } from "../../src/ports/main-reader.ts";
import { planRun } from "../../src/use-cases/plan-run.ts";
import { approvalOf } from "../door/example-main.ts";
import { goodMain } from "../door/main-now.ts";

const CONTEXT = {
  api: "https://api.github.example",
  server: "https://github.example",
  repository: "acme/databases",
  repositoryId: "812345678",
  workflowRef: "acme/databases/.github/workflows/provision.yml@refs/heads/main",
  event: "workflow_dispatch",
  runId: "77",
  attempt: 1,
  triggeringActor: "ada",
};

/** A clock that jumps, and a main on which the permit appears at a moment. */
function planAt(permitAfter: number, triggeringActor: string, approval = approvalOf()) {
  let now = 0;
  let looks = 0;
  const main: MainReader = {
    read: async () => {
      looks += 1;
      return goodMain({ files: { "approval.yaml": now >= permitAfter ? approval : null } });
    },
  };
  const said: string[] = [];
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const log = {
    group: async <T>(_title: string, work: () => Promise<T>) => work(),
    info: (text: string) => void said.push(text),
    warn: () => undefined,
    progress: () => undefined,
  };
  const planned = planRun(
    { database: "hr", context: { ...CONTEXT, triggeringActor } },
    { main, clock, log, signal: new AbortController().signal },
  );
  return { planned, looks: () => looks, now: () => now, said };
}

describe("the plan job", () => {
  test("yields environment, runner and concurrency group from the settings on main", async () => {
    expect(await planAt(0, "seedbed[bot]").planned).toEqual({
      environment: "source-hr-prod",
      runnerGroup: "seedbed",
      runnerLabels: ["linux"],
      concurrencyGroup: "seedbed-hr",
      work: "export",
    });
  });

  test("says that a permit for an image needs no export", async () => {
    expect(await planAt(0, "seedbed[bot]", approvalOf({ work: "image" })).planned).toMatchObject({ work: "image" });
  });

  test("the bot's run does not wait: without a permit it ends at once", async () => {
    const run = planAt(60_000, "seedbed[bot]");
    await expect(run.planned).rejects.toMatchObject({ code: "permit-missing" });
    expect({ looks: run.looks(), now: run.now() }).toEqual({ looks: 1, now: 0 });
  });

  test("a person's run waits until the bot has signed, and says so once", async () => {
    const run = planAt(60_000, "ada");
    expect(await run.planned).toMatchObject({ environment: "source-hr-prod" });
    expect(run.now()).toBe(60_000);
    expect(run.said).toHaveLength(1);
  });

  test("after five minutes it gives up and says who signed nothing", async () => {
    const run = planAt(Infinity, "ada");
    await expect(run.planned).rejects.toThrow("The bot did not sign a permit for ada within five minutes.");
    expect(run.now()).toBe(300_000);
  });

  test("what no permit can mend is told at once, also to a person", async () => {
    const run = planAt(0, "ada", approvalOf().replace("generation: 1", "generation: 2"));
    await expect(run.planned).rejects.toMatchObject({ code: "approval-signature-wrong" });
    expect(run.looks()).toBe(1);
  });
});

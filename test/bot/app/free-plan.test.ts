import { createPrivateKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Bot } from "../../../bot/app.ts";
import { reconcileMainWith } from "../../../bot/reconcile/main.ts";
import { person } from "../../world/github/person.ts";
import { exampleRequest, settle, startWorld, type BotWorld } from "./start-world.ts";

describe("a private repository on the Free plan", () => {
  let world: BotWorld;
  let bot: Bot;
  const warnings: string[] = [];
  beforeEach(async () => {
    warnings.length = 0;
    world = await startWorld({ plan: "free" });
    const signingKey = { id: "k1", privateKey: createPrivateKey(world.variables["SIGNING_KEY"]!) };
    const log = { info: () => undefined, warn: (text: string) => void warnings.push(text) };
    bot = await world.start({ reconcileMain: reconcileMainWith({ signingKey, log: log as never }) });
    await settle(world, bot);
  });
  afterEach(async () => {
    expect(world.github.calls.violations).toEqual([]);
    await world.close();
  });

  const check = (name: string) => world.github.state.checkRuns.findLast((run) => run.name === `seedbed/${name}`)!;

  test("gets a red check that says why and what to do, whoever approves, and no retries", async () => {
    const ada = person(world.github, "ada");
    await ada.push({ branch: "add-hr", edits: exampleRequest() });
    const pull = await ada.openPull("add-hr", "Add hr");
    await settle(world, bot);
    world.clock.step(1000);
    await person(world.github, "grace").review(pull, "APPROVE");
    await settle(world, bot);
    expect(check("dba-approval")).toMatchObject({
      conclusion: "failure",
      title: "This repository's plan does not protect main",
    });
    expect(check("dba-approval").summary).toContain("every writer can push a workflow to main");
    expect(check("dba-approval").summary).toContain("To do: an owner of the organization takes GitHub Team");
    expect([check("validate").conclusion, check("render").conclusion]).toEqual(["success", "success"]);
    expect(world.github.state.comments[0]!.body).toContain("**Next:** an owner of the organization takes GitHub Team");
    expect(world.lines.join("")).not.toContain("reconciliation failed");
  });

  test("has nothing signed or started, not even for a DBA's own run, and the log says it at each look", async () => {
    const ada = person(world.github, "ada");
    expect((await ada.push({ branch: "main", edits: exampleRequest() })).pushed).toBe(true);
    await person(world.github, "grace").runWorkflow("provision.yml", { database: "hr", reason: "now" });
    await settle(world, bot);
    warnings.length = 0;
    world.sweep();
    await settle(world, bot);
    expect(warnings).toEqual([
      expect.stringMatching(/^Nothing is permitted or started\. GitHub offers no rulesets .*To do: an owner/),
    ]);
    expect(world.github.runs.all).toHaveLength(1);
    expect(world.github.state.issues).toEqual([]);
    expect(await world.github.state.git.git(["ls-tree", "-r", "--name-only", "main"])).not.toContain("approval.yaml");
    expect(world.lines.join("")).not.toContain("reconciliation failed");
  });

  test("works as soon as the plan has rulesets", async () => {
    const ada = person(world.github, "ada");
    await ada.push({ branch: "add-hr", edits: exampleRequest() });
    await ada.openPull("add-hr", "Add hr");
    await settle(world, bot);
    world.github.state.plan = "team";
    world.sweep();
    await settle(world, bot);
    expect(check("dba-approval")).toMatchObject({ conclusion: "action_required" });
  });
});

import { createPrivateKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reconcileMainWith } from "../../../bot/reconcile/main.ts";
import { person } from "../../world/github/person.ts";
import { endScene, startScene, type Scene } from "./scene.ts";
import { settle } from "./start-world.ts";

describe("a second pull request with the head of an approved one", () => {
  let scene: Scene;
  let head = "";
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => endScene(scene));

  const conclusions = () =>
    scene.world.github.state.checkRuns
      .filter(({ name, headSha }) => name === "seedbed/dba-approval" && headSha === head)
      .map(({ conclusion }) => conclusion);

  async function mergeWithSecond(): Promise<void> {
    const { github } = scene.world;
    const pull = await scene.open(scene.files, { branch: "add-hr" });
    await scene.approve(pull);
    head = github.state.pulls[0]!.headSha;
    await person(github, "bob").api("POST", "/git/refs", { ref: "refs/heads/same", sha: head });
    await person(github, "bob").openPull("same", "The same");
    await scene.settle();
    expect((await person(github, "ada").merge(pull)).status).toBe(200);
    await scene.settle();
  }

  const passHour = () => scene.world.clock.step(3_600_000);

  test("does not get checks of its own in the moment after the merge", async () => {
    await mergeWithSecond();
    expect(conclusions()).toEqual(["action_required", "success"]);
    passHour();
    await scene.settle();
    expect(conclusions()).toEqual(["action_required", "success", "success"]);
  });

  test("gets checks that say nothing of the request once it stands alone, and the merged one is signed all the same, by a bot that is late", async () => {
    await mergeWithSecond();
    passHour();
    await scene.settle();
    expect(scene.summary("dba-approval")).toContain("Seedbed needs no approval");
    const signingKey = { id: "k1", privateKey: createPrivateKey(scene.world.variables["SIGNING_KEY"]!) };
    const log = { info: () => undefined, warn: () => undefined };
    const late = await scene.world.start({ reconcileMain: reconcileMainWith({ signingKey, log }) });
    await settle(scene.world, late);
    const { git } = scene.world.github.state;
    expect(await git.git(["show", "main:environments/hr/approval.yaml"])).toMatch(/^cause: review$/m);
    expect(scene.world.github.runs.all.map(({ inputs }) => inputs["database"])).toEqual(["hr"]);
  });
});

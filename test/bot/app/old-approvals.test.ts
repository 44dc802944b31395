import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import { finishRun, takeRun } from "../main/fake-runner.ts";
import { lastingRequest } from "./killed-play.ts";
import { CONFIG, endScene, startScene, type Scene } from "./scene.ts";

const APPROVAL = "environments/hr/approval.yaml";
const LOCK = "environments/hr/seed.lock.yaml";

describe("approvals and the time around a merge", () => {
  let scene: Scene;
  const world = () => ({ github: scene.world.github, show: scene.show });
  const exports = () => scene.world.github.runs.all.length;
  beforeEach(async () => {
    scene = await startScene({ main: true });
  });
  afterEach(() => endScene(scene));

  async function seed(branch: string, edits: Record<string, string>): Promise<void> {
    const pull = await scene.open(edits, { branch });
    await scene.approve(pull);
    await scene.merge(pull);
    await finishRun(world(), await takeRun(world()));
    await scene.settle();
  }

  test("a pull request that restores an approved request is a new request, even with the old approval in it", async () => {
    const first = lastingRequest("hr");
    await seed("add-hr", first);
    const old = { [APPROVAL]: (await scene.show(APPROVAL))!, [LOCK]: (await scene.show(LOCK))! };
    const wide = first[CONFIG]!.replace(/ {6}tables:\n(?: {8}.*\n)+/, "");
    expect(wide).not.toBe(first[CONFIG]);
    await seed("wide", { [CONFIG]: wide });
    expect(await scene.show(APPROVAL)).toMatch(/^generation: 2$/m);

    const pull = await scene.open({ [CONFIG]: first[CONFIG]!, ...old }, { branch: "revert" });
    const files = await scene.world.github.state.git.git(["diff", "--name-only", "main...revert"]);
    expect(files).toContain(CONFIG);
    expect(files).not.toMatch(/approval\.yaml|seed\.lock\.yaml/);
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
    expect(exports()).toBe(2);
    await scene.approve(pull);
    await scene.merge(pull);
    expect(await scene.show(APPROVAL)).toMatch(/^work: export\ngeneration: 3\ncause: review$/m);
    expect(await scene.show(APPROVAL)).toContain(`pull: "${pull}"`);
    expect(exports()).toBe(3);
  });

  test("while the bot is down nothing is merged, and after a merge nothing is signed until it is back", async () => {
    const { github } = scene.world;
    await scene.bot.close();
    github.webhooks.setUrl(null);
    const ada = person(github, "ada");
    await ada.push({ branch: "add-hr", edits: lastingRequest("hr") });
    const pull = await ada.openPull("add-hr", "Add hr");
    await person(github, "grace").review(pull, "APPROVE");
    expect(await scene.refusedMerge(pull)).toContain('Required status check "seedbed/dba-approval" is expected.');
    scene.bot = await scene.world.start({ main: true });
    await scene.settle();
    expect(scene.summary("dba-approval")).toMatch(
      /@grace \(.*\) approved [0-9a-f]{12}, not the current head|dismissed/,
    );
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
    await scene.approve(pull);
    await scene.bot.close();
    github.webhooks.setUrl(null);
    expect((await ada.merge(pull)).status).toBe(200);
    expect([await scene.show(APPROVAL), exports()]).toEqual([null, 0]);
    scene.bot = await scene.world.start({ main: true });
    await scene.settle();
    expect(await scene.show(APPROVAL)).toMatch(/^generation: 1$/m);
    expect(exports()).toBe(1);
  });

  test("a database is not removed without its DBAs", async () => {
    await seed("add-hr", lastingRequest("hr"));
    await seed("add-hr-next", lastingRequest("hr-next"));
    const gone = Object.fromEntries(Object.keys(lastingRequest("hr")).map((path) => [path, null]));
    const pull = await scene.open(gone, { branch: "retire" });
    await scene.approve(pull, "bob");
    expect(scene.summary("dba-approval")).toMatch(/@bob \(.*\) is not among the people who may approve/);
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
    expect(await scene.show(CONFIG)).not.toBeNull();
    const before = exports();
    await scene.approve(pull);
    await scene.merge(pull);
    expect([await scene.show(CONFIG), exports()]).toEqual([null, before]);
  });

  test("of two sources, each needs its own DBAs", async () => {
    const orders = Object.entries(lastingRequest("orders")).map(([path, text]) => [
      path,
      text.replace("hr-prod", "orders-prod").replace(/ {2}schemas:\n(?: {4}.*\n)+/, "  schemas:\n    - name: ORDERS\n"),
    ]);
    const both = { ...lastingRequest("hr"), ...(Object.fromEntries(orders) as Record<string, string>) };
    const pull = await scene.open(both, { branch: "both" });
    await scene.approve(pull, "grace");
    expect(scene.summary("dba-approval")).toContain("1 of 2 required approvals");
    expect(await scene.refusedMerge(pull)).toContain("seedbed/dba-approval");
    expect(exports()).toBe(0);
    await scene.approve(pull, "lin");
    await scene.merge(pull);
    expect(await scene.show("environments/orders/approval.yaml")).toMatch(/^source: orders-prod$/m);
  });
});

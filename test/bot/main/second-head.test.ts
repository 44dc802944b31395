import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CHECKS } from "../../../bot/decide/gate/check-names.ts";
import { endMainWorld } from "./main-scene.ts";
import { exampleRequest, startMainWorld, writeCheck, type MainWorld } from "./main-world.ts";

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
});
afterEach(() => endMainWorld(world));

const approval = () => world.show("environments/hr/approval.yaml");

/** Time that goes by, as if the bot were late. */
const passMinutes = (minutes: number) => world.github.clock.step(minutes * 60_000);

describe("checks on the head of a merged pull request", () => {
  test("that another pull request with this head turned red after the merge do not take the approval back", async () => {
    const pull = await world.merge({ branch: "hr", edits: await exampleRequest() });
    const head = (await world.hub.pulls.get(pull)).head.sha;
    const green = world.github.state.checkRuns.findLast(({ name }) => name === CHECKS.approval)!;
    passMinutes(5);
    for (const name of [CHECKS.render, CHECKS.approval]) await writeCheck(world, { head, name, green: false });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [expect.any(String)] });
    expect(await approval()).toContain(`check: "${green.id}"`);
  });

  test("that were green once, but red when it was merged, are no approval", async () => {
    const pull = await world.merge({ branch: "hr", edits: await exampleRequest() });
    const head = (await world.hub.pulls.get(pull)).head.sha;
    await writeCheck(world, { head, name: CHECKS.approval, green: false });
    world.github.state.pulls[0]!.mergedAt = world.github.state.now();
    passMinutes(5);
    await writeCheck(world, { head, name: CHECKS.approval, green: true });
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [] });
    expect(await approval()).toBeNull();
    expect(world.comments(pull)[0]).toContain("was merged before seedbed/dba-approval was green");
  });

  test("whose second pull request was merged along with it, by the merge commit, do not need its reviews", async () => {
    const { ada, eve } = world.people;
    await ada.push({ branch: "hr", edits: await exampleRequest() });
    const sha = (await world.github.state.git.resolve("refs/heads/hr"))!;
    await eve.api("POST", "/git/refs", { ref: "refs/heads/same", sha });
    const first = await world.merge({ branch: "hr", edits: {}, method: "merge", beforeMerge: secondPull });
    expect(world.github.state.pulls.map(({ mergedAt }) => mergedAt !== null)).toEqual([true, true]);
    await world.reconcile();
    expect(await approval()).toContain(`pull: "${first}"`);
  });

  test("whose second pull request somebody else opened do not hide who opened the first one", async () => {
    const { ada, lin, grace } = world.people;
    await ada.push({ branch: "hr", edits: await exampleRequest() });
    const head = (await world.github.state.git.resolve("refs/heads/hr"))!;
    await ada.api("POST", "/git/refs", { ref: "refs/heads/same", sha: head });
    const first = await lin.openPull("hr", "Add hr");
    await secondPull(head);
    await grace.review(first, "APPROVE");
    expect((await ada.merge(first, "merge")).status).toBe(200);
    await lin.runWorkflow("provision.yml", { database: "hr", reason: "mine" });
    expect(await world.reconcile()).toMatchObject({ commits: [], cancelled: [expect.any(String)] });
    expect(await approval()).toBeNull();
  });
});

/** A second pull request of the same head, opened by somebody else. */
async function secondPull(head: string): Promise<void> {
  const { eve } = world.people;
  await eve.api("PATCH", "/git/refs/heads/same", { sha: head, force: false });
  await eve.openPull("same", "The same again");
}

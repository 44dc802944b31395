import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { finishRun, takeRun } from "./fake-runner.ts";
import { endMainWorld, startMerged } from "./main-scene.ts";
import type { MainWorld } from "./main-world.ts";
import { pushPastRuleset } from "./past-ruleset.ts";

const SETTINGS = ".github/seedbed.yml";
const NAMESPACE = "environments/hr/manifests/10-namespace.yaml";
const FLEET = "environments/hr/manifests/fleet.yaml";

let world: MainWorld;
beforeEach(async () => {
  world = await startMerged();
});
afterEach(() => endMainWorld(world));

async function seed(): Promise<void> {
  await finishRun(world, await takeRun(world));
  await world.reconcile();
}

async function moveProject(): Promise<void> {
  const settings = (await world.show(SETTINGS))!.replace("c-m-1:p-1", "c-m-9:p-9");
  await world.merge({ branch: "settings", edits: { [SETTINGS]: settings }, by: world.people.root });
}

const newest = async () => (await world.history())[0];

describe("manifests on main", () => {
  test("follow changed settings, in a separate commit, without a permit or a run", async () => {
    await seed();
    const approval = await world.show("environments/hr/approval.yaml");
    await moveProject();
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [], comments: 0 });
    expect(await newest()).toBe("seedbed[bot]: Render hr");
    expect(await world.show(NAMESPACE)).toContain("c-m-9:p-9");
    expect(await world.show("environments/hr/approval.yaml")).toBe(approval);
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });
  });

  test("follow changed settings while the seed runs, and its result is still accepted", async () => {
    const run = await takeRun(world);
    await moveProject();
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [] });
    await finishRun(world, run);
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [] });
    expect(await newest()).toMatch(/^seedbed\[bot\]: Seed hr: generation 1/);
  });

  test("are restored when somebody bypasses the ruleset and edits them", async () => {
    await seed();
    const before = await world.show(NAMESPACE);
    const more = "environments/hr/manifests/99-more.yaml";
    await pushPastRuleset(world, "root", { [NAMESPACE]: "kind: Nothing\n", [more]: "kind: Nothing\n", [FLEET]: null });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)], dispatched: [] });
    expect(await newest()).toBe("seedbed[bot]: Render hr");
    expect([await world.show(NAMESPACE), await world.show(more)]).toEqual([before, null]);
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], comments: 0 });
  });

  test("are left as they are if the request has no permit or another renderer version wrote them", async () => {
    await seed();
    const fleet = (await world.show(FLEET))!;
    const other = fleet.replace(/seedbed \d+ from/, "seedbed 999 from");
    await pushPastRuleset(world, "root", { [FLEET]: other, [NAMESPACE]: "kind: Nothing\n" });
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [] });
    await pushPastRuleset(world, "root", {
      [FLEET]: fleet,
      "environments/hr/scripts/mask.sql": "select 1 from dual;\n",
    });
    expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [] });
    expect(await world.show(NAMESPACE)).toBe("kind: Nothing\n");
  });
});

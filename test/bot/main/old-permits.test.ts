import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failedOf, finishRun, takeRun } from "./fake-runner.ts";
import { endMainWorld } from "./main-scene.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "./main-world.ts";
import { pushPastRuleset } from "./past-ruleset.ts";

const APPROVAL = "environments/hr/approval.yaml";
const CONFIG = "environments/hr/database_config.yaml";

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
});
afterEach(() => endMainWorld(world));

/** A permit that was signed, and the request that it covers. */
interface Earlier {
  approval: string;
  config: string;
}

/** Two requests, each merged, permitted and run; returns the first. */
async function seedTwice(second: "seeded" | "failed"): Promise<Earlier> {
  await world.merge({ branch: "hr", edits: await exampleRequest() });
  await world.reconcile();
  await finishRun(world, await takeRun(world));
  await world.reconcile();
  const first = { approval: (await world.show(APPROVAL))!, config: (await world.show(CONFIG))! };
  const wide = first.config.replace(/ {6}tables:\n(?: {8}.*\n)+/, "");
  expect(wide).not.toBe(first.config);
  await world.merge({ branch: "wide", edits: { [CONFIG]: wide } });
  await world.reconcile();
  expect(await world.show(APPROVAL)).toMatch(/^work: export\ngeneration: 2$/m);
  await finishRun(world, await takeRun(world), second === "seeded" ? {} : { conclusion: "failure", result: failedOf });
  await world.reconcile();
  return first;
}

/** Nothing is exported, and nothing that could be: no run, and no permit that opens the door. */
async function expectNoExport(): Promise<void> {
  const runs = world.github.runs.all.length;
  for (let look = 0; look < 3; look += 1) expect(await world.reconcile()).toMatchObject({ dispatched: [] });
  expect(world.github.runs.all).toHaveLength(runs);
  expect(world.github.runs.all.filter(({ status }) => status !== "completed")).toEqual([]);
}

describe("an approval.yaml that was valid once, put back on main past the ruleset", () => {
  test("opens nothing beside the request that it covered: its generation is used up", async () => {
    const { approval, config } = await seedTwice("seeded");
    const lock = await world.show("environments/hr/seed.lock.yaml");
    await pushPastRuleset(world, "root", { [APPROVAL]: approval, [CONFIG]: config });
    await expectNoExport();
    expect(await world.show(APPROVAL)).toBe(approval);
    expect(await world.show("environments/hr/seed.lock.yaml")).toBe(lock);
  });

  test("opens nothing beside another request, which is only applied", async () => {
    const { approval } = await seedTwice("seeded");
    await pushPastRuleset(world, "root", { [APPROVAL]: approval });
    await expectNoExport();
    expect(await world.show(APPROVAL)).toMatch(/^work: apply\ngeneration: 2$/m);
  });

  test("opens nothing after a failure that a DBA has not let repeat", async () => {
    const { approval, config } = await seedTwice("failed");
    await pushPastRuleset(world, "root", { [APPROVAL]: approval, [CONFIG]: config });
    await expectNoExport();
  });

  test("does not bring back the permit that a failure has spent", async () => {
    await seedTwice("failed");
    const spent = (await world.show(APPROVAL))!;
    await world.people.grace.runWorkflow("provision.yml", { database: "hr", reason: "granted" });
    await world.reconcile();
    await finishRun(world, await takeRun(world), { conclusion: "failure", result: failedOf });
    await world.reconcile();
    expect(await world.show(APPROVAL)).toMatch(/^generation: 3$/m);
    await pushPastRuleset(world, "root", { [APPROVAL]: spent });
    await expectNoExport();
  });
});

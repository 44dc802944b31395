import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { finishRun, takeRun } from "./fake-runner.ts";
import { endMainWorld } from "./main-scene.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "./main-world.ts";

/** The default interval of the regular check, with this many databases, all of them recent. */
const LOOKS_PER_HOUR = 60 / 5;
const DATABASES = 20;
const CALLS_PER_HOUR = 500;

const names = ["one", "two", "three", "four"];

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld({ source: `    at_once: ${names.length}` });
});
afterEach(() => endMainWorld(world));

/** How many calls the simulated GitHub counts during one check that writes nothing. */
async function countIdleLook(): Promise<number> {
  const count = () => Object.values(world.github.calls.counts).reduce((sum, calls) => sum + calls, 0);
  const before = count();
  expect(await world.reconcile()).toMatchObject({ commits: [], dispatched: [], cancelled: [], comments: 0 });
  return count() - before;
}

async function reseedAll(reason: string): Promise<void> {
  for (const database of names) await world.people.grace.runWorkflow("provision.yml", { database, reason });
  await world.reconcile();
  for (const _ of names) await finishRun(world, await takeRun(world));
  await world.reconcile();
}

/** Adds more runs than fit on a page, so that the bot has to list unfinished ones separately. */
function addOldRuns(): void {
  const { all } = world.github.runs;
  for (let count = 0; count < 120; count += 1)
    all.unshift({ ...all[0]!, title: "seed gone: by hand", status: "completed", artifacts: [] });
}

describe("calls to GitHub while nothing happens", () => {
  test("stay below 500 an hour with twenty databases, however often they were seeded", async () => {
    await world.reconcile();
    const empty = await countIdleLook();
    for (const name of names) await world.merge({ branch: name, edits: await exampleRequest(name) });
    await world.reconcile();
    for (const _ of names) await finishRun(world, await takeRun(world));
    await world.reconcile();
    const counts: { warm: number; cold: number }[] = [];
    for (const reason of ["first", "second", "third"]) {
      await reseedAll(reason);
      await world.restart();
      const cold = await countIdleLook();
      counts.push({ cold, warm: await countIdleLook() });
    }
    // Seeding every database once more adds no calls, neither while the bot runs nor when it starts.
    expect(counts[2]).toEqual(counts[1]);
    addOldRuns();
    const each = (counts[2]!.warm - empty) / names.length;
    const look = (await countIdleLook()) + each * (DATABASES - names.length);
    expect(look * LOOKS_PER_HOUR).toBeLessThanOrEqual(CALLS_PER_HOUR);
    expect((counts[0]!.cold / names.length) * DATABASES).toBeLessThanOrEqual(CALLS_PER_HOUR);
  });
});

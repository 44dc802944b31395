import { afterEach, describe, expect, test } from "vitest";
import { createMemory } from "../../../bot/observe/main/main-memory.ts";
import { MainReconciler } from "../../../bot/reconcile/main-reconciler.ts";
import { finishRun, takeRun } from "./fake-runner.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "./main-world.ts";
import { finalState, playScenario } from "./play-scenario.ts";

const worlds: MainWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function keep(playing: Promise<MainWorld>): Promise<MainWorld> {
  const world = await playing;
  worlds.push(world);
  return world;
}

describe("several bots", () => {
  test("that check one after another, then together with nothing left to do, write one commit, one run and one comment", async () => {
    const clean = await finalState(await keep(playScenario((world) => world.reconcile())));
    const together = await keep(
      playScenario(async (world) => {
        const bots = [1, 2, 3].map(() => ({ ...world.ports, memory: createMemory() }));
        // They start at slightly different times, like replicas after the same webhook.
        for (const ports of bots) await new MainReconciler(world.hub, ports).run();
        await Promise.all(bots.map((ports) => new MainReconciler(world.hub, ports).run()));
      }),
    );
    expect(await finalState(together)).toEqual(clean);
  });

  test("that check a new merge at the same time: only the oldest of their runs is kept, and they count as one", async () => {
    const world = await keep(startMainWorld());
    const pull = await world.merge({ branch: "hr", edits: await exampleRequest() });
    const bots = [1, 2, 3].map(() => ({ ...world.ports, memory: createMemory() }));
    const together = () => Promise.all(bots.map((ports) => new MainReconciler(world.hub, ports).run()));
    await together();
    await together();
    expect(await world.history()).toHaveLength(3);
    expect(world.comments(pull)).toEqual([expect.stringContaining("⏳ exporting")]);
    const { all } = world.github.runs;
    expect(all.map(({ status }) => status)).toEqual(["queued", ...all.slice(1).map(() => "completed")]);
    expect(world.comments(pull)[0]).toContain(`[run ${all[0]!.id}]`);
    // A lost run is replaced twice, however many bots check.
    for (const again of ["run 2", "run 3"]) {
      await finishRun(world, await takeRun(world), { conclusion: "failure", zip: null });
      await together();
      await together();
      const running = all.filter(({ status }) => status !== "completed");
      expect(running.map(({ title }) => title)).toEqual([expect.stringContaining(again)]);
    }
    await finishRun(world, await takeRun(world));
    await together();
    expect(await world.show("environments/hr/seed.lock.yaml")).toContain("outcome: seeded");
    expect(world.github.calls.violations).toEqual([]);
  });
});

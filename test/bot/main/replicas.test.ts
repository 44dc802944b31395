import { afterEach, describe, expect, test } from "vitest";
import { createMemory } from "../../../bot/main/read/read-main-state.ts";
import { reconcileMainOnce } from "../../../bot/main/reconcile-main-once.ts";
import type { MainWorld } from "./main-world.ts";
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
  test("that look one after another and at the same time write one commit, one run and one comment", async () => {
    const clean = await finalState(await keep(playScenario((world) => world.look())));
    const together = await keep(
      playScenario(async (world) => {
        const bots = [1, 2, 3].map(() => ({ ...world.ports, memory: createMemory() }));
        // They start at slightly different times, like replicas after the same webhook.
        for (const ports of bots) await reconcileMainOnce(world.hub, ports);
        await Promise.all(bots.map((ports) => reconcileMainOnce(world.hub, ports)));
      }),
    );
    expect(await finalState(together)).toEqual(clean);
  }, 90_000);
});

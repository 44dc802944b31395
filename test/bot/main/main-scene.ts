import { expect } from "vitest";
import { finishRun, takeRun } from "./fake-runner.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "./main-world.ts";

/** A world in which the example request was merged, and the bot has signed its permit and started its run. */
export async function startMerged(): Promise<MainWorld> {
  const world = await startMainWorld();
  await world.merge({ branch: "hr", edits: await exampleRequest() });
  await world.reconcile();
  return world;
}

/** The same, with the result of its run on main. */
export async function startSeeded(): Promise<MainWorld> {
  const world = await startMerged();
  await finishRun(world, await takeRun(world));
  await world.reconcile();
  return world;
}

/** Closes a world; every request of the bot must have matched GitHub's description of its API. */
export async function endMainWorld(world: MainWorld): Promise<void> {
  expect(world.github.calls.violations).toEqual([]);
  await world.close();
}

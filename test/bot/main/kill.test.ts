import { afterEach, describe, expect, test } from "vitest";
import { verifyRepository } from "../../../src/use-cases/verify.ts";
import { readFixedTree } from "./git-history.ts";
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

/**
 * Kills the bot right after a write and starts a new one with a new client and nothing remembered, until each write was
 * once the last one of a bot.
 * Git objects that no branch reaches are no progress, so after such a kill the next bot gets one write further.
 */
async function lookAndDie(world: MainWorld, deaths: string[]): Promise<void> {
  for (let after = 1; ; after += 1) {
    await world.restart();
    const died = new Promise<"died">((resolve) => {
      world.github.faults.onWrite(({ count, path }) => {
        if (count !== after) return undefined;
        deaths.push(path.replace(/^\/repos\/acme\/databases|\d+/g, ""));
        if (!/git\/(?:blobs|trees|commits)$/.test(path)) after = 0;
        resolve("died");
        // The write is done, but its answer never arrives: this bot does nothing more.
        return new Promise<void>(() => undefined);
      });
    });
    const look = world.reconcile();
    look.catch(() => undefined);
    const end = await Promise.race([look, died]);
    world.github.faults.onWrite(null);
    if (end !== "died") return;
  }
}

describe("a bot that is killed", () => {
  test("after any single write is continued by the next one with the same result", async () => {
    const deaths: string[] = [];
    const clean = await finalState(await keep(playScenario((world) => world.reconcile())));
    const broken = await keep(playScenario((world) => lookAndDie(world, deaths)));
    const count = (path: RegExp) => deaths.filter((death) => path.test(death)).length;
    // Four commits on main, one dispatch, four changes of the sticky comment and one note, one cancelled run.
    expect([/git\/trees/, /git\/commits/, /git\/refs/].map(count)).toEqual([4, 4, 4]);
    expect([/dispatches/, /comments/, /cancel/].map(count)).toEqual([1, 5, 1]);
    expect(await finalState(broken)).toEqual(clean);
    expect(broken.github.calls.violations).toEqual([]);
    const report = await verifyRepository(readFixedTree(broken.github.state.git), "812345678");
    expect(report).toMatchObject({ problems: [], commits: { hr: 2 } });
  });
});

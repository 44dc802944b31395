import { afterAll, beforeAll, describe, it } from "vitest";
import { afterMoments, expectSurvives } from "./kill.ts";
import { randomFrom, seedsOfRun } from "../../random.ts";
import { startSeededWorld, type SeededWorld } from "./seeded-database.ts";

describe("kill -9 at random moments of the journal", () => {
  let world: SeededWorld;
  beforeAll(async () => {
    world = await startSeededWorld("gvenzl-free");
  });
  afterAll(() => world.close());

  it.each(seedsOfRun(2))("ends open and never exposed anything (SEEDBED_SEED=%d)", async (seed) => {
    const random = randomFrom(seed * 7919);
    const kills = [1, 2, 3].map(() => afterMoments(Math.round(random() * 50), Math.round(random() * 120)));
    await expectSurvives(world, `kill-random-${seed}`, kills);
  });
});

import { afterAll, beforeAll, describe, it } from "vitest";
import { inBaseStart, inPhase, expectSurvives } from "./kill.ts";
import { randomFrom, seedsOfRun } from "../../random.ts";
import { startSeededWorld, type SeededWorld } from "./seeded-database.ts";

const PHASES = ["created", "found", "verified", "restricted", "prepared"];

describe("kill -9 in each phase before the data comes", () => {
  let world: SeededWorld;
  beforeAll(async () => {
    world = await startSeededWorld("gvenzl-free");
  });
  afterAll(() => world.close());

  it.each(seedsOfRun(1))("ends open and never exposed anything (SEEDBED_SEED=%d)", async (seed) => {
    const random = randomFrom(seed);
    const kills = PHASES.map((phase) => inPhase(phase, Math.round(random() * 300)));
    kills.unshift(inBaseStart(Math.round(random() * 400)), inBaseStart(Math.round(random() * 1500)));
    await expectSurvives(world, `kill-early-${seed}`, kills);
  });
});

import { afterAll, beforeAll, describe, it } from "vitest";
import { inPhase, expectSurvives } from "./kill.ts";
import { randomFrom, seedsOfRun } from "../../random.ts";
import { startSeededWorld, type SeededWorld } from "./seeded-database.ts";

const PHASES = ["imported", "imported", "reconciled", "secured", "secured", "configured", "checked", "open"];

describe("kill -9 in each phase while the data is there", () => {
  let world: SeededWorld;
  beforeAll(async () => {
    world = await startSeededWorld("gvenzl-free");
  });
  afterAll(() => world.close());

  it.each(seedsOfRun(1))("ends open and never exposed anything (SEEDBED_SEED=%d)", async (seed) => {
    const random = randomFrom(seed);
    const kills = PHASES.map((phase) => inPhase(phase, Math.round(random() * 300)));

    await expectSurvives(world, `kill-late-${seed}`, kills);
  });
});

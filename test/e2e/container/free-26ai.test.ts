import { describe, expect, it } from "vitest";
import { expectNeverExposed, expectOpenWith, importsStarted, isPublic } from "./invariants.ts";
import { expectSurvives, inBaseStart, inPhase } from "./kill.ts";
import { plainWish, startSeededWorld, type SeededWorld, type StartMode } from "./seeded-database.ts";

const SECONDS = 150;

async function inWorld(mode: StartMode, work: (world: SeededWorld) => Promise<void>): Promise<void> {
  const world = await startSeededWorld("free-26ai", mode);
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

describe("Oracle's image of Free 26ai", () => {
  it("opens, and survives kills while it creates its database and while data is there", () =>
    inWorld("saved", (world) =>
      expectSurvives(world, "hr", [
        inBaseStart(700),
        inBaseStart(2500),
        inPhase("imported", 200),
        inPhase("secured", 100),
      ]),
    ));

  it("is restricted at once where the base's start lifts restrictions after a crash", () =>
    inWorld("lift", async (world) => {
      const wish = await plainWish(world);
      const database = await world.sync("hr", wish);
      await inPhase("reconciled", 50)(database);
      await database.pod.kill9();
      await database.waitForOpen(SECONDS);
      const moments = await database.moments();
      const exposed = moments.filter((moment) => isPublic(moment) && !moment.masked);
      // Nothing of ours runs before the base's start has ended, so this cannot be prevented here; it must end with our first act.
      expect(exposed.map(({ event }) => event)).toEqual(["ALTER SYSTEM DISABLE RESTRICTED SESSION"]);
      expect(moments[moments.indexOf(exposed[0]!) + 1]!.event).toBe("ALTER PLUGGABLE DATABASE CLOSE");
      expect(exposed[0]).toMatchObject({ jobs: 0, users_unlocked: [] });
      await expectOpenWith(database, wish.dump);
    }));

  it("stays restricted after a crash where the base's start opens what is mounted", () =>
    inWorld("all-open", async (world) => {
      const wish = await plainWish(world);
      const database = await world.sync("hr", wish);
      await inPhase("imported", 250)(database);
      await database.pod.kill9();
      await database.waitForOpen(SECONDS);
      await expectNeverExposed(database);
      await expectOpenWith(database, wish.dump);
      expect(importsStarted(await database.moments())).toBeGreaterThan(0);
    }));
});

import type { ClusterDatabase } from "../../world/cluster/cluster.ts";
import { expectNeverExposed, expectOpenWith, importsStarted } from "./invariants.ts";
import { plainWish, type SeededWorld } from "./seeded-database.ts";
import { expect } from "vitest";

const SECONDS = 150;

/** Kills the container at each of the given places, then lets it come to its end and looks at what the world saw. */
export async function expectSurvives(
  world: SeededWorld,
  name: string,
  kills: ((database: ClusterDatabase) => Promise<void>)[],
): Promise<void> {
  const wish = await plainWish(world);
  const database = await world.sync(name, wish);
  try {
    for (const kill of kills) {
      await kill(database);
      await database.pod.kill9();
    }
    await database.waitForOpen(SECONDS);
    await expectNeverExposed(database);
    await expectOpenWith(database, wish.dump);
    expect(
      database.exits.every(({ killed }) => killed),
      JSON.stringify(database.exits),
    ).toBe(true);
    expect(importsStarted(await database.moments())).toBeGreaterThan(0);
  } finally {
    await database.pod.kill9();
    await database.pod.stop();
  }
}

/** Waits for a phase to begin in the container of now (or to be behind it) and then some milliseconds. */
export function inPhase(phase: string, milliseconds: number): (database: ClusterDatabase) => Promise<void> {
  return async (database) => {
    await database.waitFor(
      (event) =>
        (event.phase === phase && event.event !== "progress") || (event.phase === "open" && event.event === "done"),
      SECONDS,
    );
    await pause(milliseconds);
  };
}

/** Waits until a container is there, and then some milliseconds of the base image's own start. */
export function inBaseStart(milliseconds: number): (database: ClusterDatabase) => Promise<void> {
  return async (database) => {
    await database.waitFor(({ phase, event }) => phase === "created" && event === "start", SECONDS);
    await pause(milliseconds);
  };
}

/** Waits for so many more lines of the journal; a database that has nothing more to do is killed as it is. */
export function afterMoments(count: number, milliseconds: number): (database: ClusterDatabase) => Promise<void> {
  return async (database) => {
    const start = database.pod.starts + (database.pod.running ? 0 : 1);
    const until = Date.now() + SECONDS * 1000;
    const here = async (): Promise<number> =>
      (await database.moments()).filter((moment) => moment.start === start).length;
    while ((await here()) < count && Date.now() < until) {
      const last = (await database.pod.events()).at(-1);
      if (last?.phase === "open" && last.event !== "start" && database.pod.starts === start) break;
      await pause(10);
    }
    await pause(milliseconds);
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesBelow } from "../../container/files-below.ts";
import { expectNeverExposed, expectOpenWith, importsStarted } from "./invariants.ts";
import { PASSWORD, plainWish, startSeededWorld, type SeededWorld, type Wish } from "./seeded-database.ts";
import { makeDump } from "./dump.ts";

const SECONDS = 120;

describe("the life of a database", () => {
  let world: SeededWorld;
  let wish: Wish;
  beforeAll(async () => {
    world = await startSeededWorld("gvenzl-free");
    wish = await plainWish(world);
  });
  afterAll(() => world.close());

  it("imports, secures and opens an empty volume", async () => {
    const database = await world.sync("hr", wish);
    await database.waitForOpen(SECONDS);
    await expectOpenWith(database, wish.dump);
    await expectNeverExposed(database);
    expect(importsStarted(await database.moments())).toBe(1);
  });

  it("comes back from a kill without an import", async () => {
    const database = world.cluster.database("hr");
    await database.pod.kill9();
    const phases: string[] = [];
    await database.waitFor(({ phase, event }) => {
      if (event === "skip") phases.push(phase);
      return phase === "open" && event === "skip";
    }, SECONDS);
    await database.waitForOpen(SECONDS);
    expect(new Set(phases)).toContain("imported");
    expect(database.pod.starts).toBe(2);
    expect(database.exits.at(-1)).toMatchObject({ start: 1, killed: true, code: 137 });
    expect(importsStarted(await database.moments())).toBe(1);
    await expectOpenWith(database, wish.dump);
  });

  it("applies a changed parameter while it runs, without a restart or an import", async () => {
    const database = world.cluster.database("hr");
    const before = (await database.moments()).length;
    await database.pod.forgetEvents();
    await world.sync("hr", { ...wish, parameters: { open_cursors: 700 } });
    const event = await database.waitFor(({ phase, event: kind }) => phase === "open" && kind === "done", SECONDS);
    expect(event.phase).toBe("open");
    const since = (await database.moments()).slice(before);
    expect(since.map((moment) => moment.event)).toContain("ALTER SYSTEM SET open_cursors=700");
    expect(since.some(({ restricted, open_mode }) => restricted || open_mode === "MOUNTED")).toBe(false);
    expect(database.pod.starts).toBe(2);
    expect(importsStarted(await database.moments())).toBe(1);
  });

  it("replaces the data when the lock names another dump set", async () => {
    const database = world.cluster.database("hr");
    const dump = makeDump(20);
    const reseeded = { ...wish, dump, digest: await world.pushSeed(dump) };
    await world.sync("hr", reseeded);
    await database.waitForOpen(SECONDS);
    expect(database.pod.starts).toBe(3);
    expect(importsStarted(await database.moments())).toBe(2);
    await expectOpenWith(database, dump);
    await expectNeverExposed(database, "many");
  });

  it("shows no password in logs, on the volume or in the journal", async () => {
    const database = world.cluster.database("hr");
    const places = [
      (await database.pod.log()).toString(),
      JSON.stringify(await database.moments()),
      ...(await textsBelow(join(database.pod.volume, ".seedbed"))),
    ];
    expect(places.length).toBeGreaterThan(10);
    expect(places.filter((text) => text.includes(PASSWORD))).toEqual([]);
  });
});

describe("a dump set that is not what was exported", () => {
  it("stops before anything is imported", async () => {
    const world = await startSeededWorld("gvenzl-free");
    try {
      const dump = makeDump(12);
      const digest = await world.pushSeed(dump, flipByte);
      const plain = await plainWish(world);
      const database = await world.sync("hr", { ...plain, dump, digest });
      // The puller compares SHA256SUMS as well, so the flip is made where a disk would make it: see below.
      expect(database.pod.waiting).toMatch(/SHA256SUMS/);
      await world.sync("hr", plain);
      await database.waitFor(({ phase, event }) => phase === "found" && event === "done", SECONDS);
      const { volume } = database.pod;
      await database.pod.kill9(async () => {
        await forgetPhases(volume, ["verified", "restricted", "prepared"]);
        await flipOnVolume(volume);
      });
      const failure = await database.waitFor(({ event }) => event === "fail", SECONDS);
      expect(failure).toMatchObject({ phase: "verified", code: "dump-damaged" });
      expect(importsStarted(await database.moments())).toBe(0);
      await expectNeverExposed(database);
    } finally {
      await world.close();
    }
  });
});

describe("a masking script that fails", () => {
  it("is mended by another seed: the pod that never was ready gives way", async () => {
    const world = await startSeededWorld("gvenzl-free");
    try {
      const wish = await plainWish(world);
      const database = await world.sync("hr", { ...wish, masking: "UPDATE HR.NO_SUCH SET A = 1;\n" });
      const failure = await database.waitFor(({ event }) => event === "fail", SECONDS);
      expect(failure).toMatchObject({ phase: "secured", code: "script-failed" });
      const dump = makeDump(20);
      await world.sync("hr", { ...wish, dump, digest: await world.pushSeed(dump) });
      await database.waitForOpen(SECONDS);
      await expectOpenWith(database, dump);
      await expectNeverExposed(database, "many");
    } finally {
      await world.close();
    }
  });
});

async function flipByte(folder: string): Promise<void> {
  await flipFirstDump(join(folder, "opt/seedbed/dump"));
}

/** As if the kill had come before them: on a quiet machine the next phases take less time than a kill. */
async function forgetPhases(volume: string, phases: readonly string[]): Promise<void> {
  for (const phase of phases) await rm(join(volume, ".seedbed/state", phase), { force: true });
}

async function flipOnVolume(volume: string): Promise<void> {
  await flipFirstDump(join(volume, ".seedbed/dump"));
}

async function flipFirstDump(folder: string): Promise<void> {
  const file = join(folder, (await readdir(folder)).toSorted()[0]!);
  const bytes = await readFile(file);
  bytes[100]! ^= 1;
  await writeFile(file, bytes);
}

async function textsBelow(folder: string): Promise<string[]> {
  return (await filesBelow(folder)).map(({ bytes }) => bytes.toString("latin1"));
}

import { describe, expect, test } from "vitest";
import { emptyLock, highestGeneration, lockAfterFailure, lockAfterSeed } from "../../src/lock/advance-lock.ts";
import { parseLock } from "../../src/lock/parse-lock.ts";
import { renderLock } from "../../src/lock/render-lock.ts";
import { digestOf, exampleFailed, exampleLock, exampleSeeded, exampleVolume } from "./example-lock.ts";

const at = "2026-11-23T15:30:00Z";
const repository = "registry.example/dev/hr";
const seeded = { result: exampleSeeded, approval: digestOf("b"), at, repository, volume: exampleVolume };
const failed = { result: exampleFailed, approval: digestOf("b"), at };

describe("a success", () => {
  test("moves everything to the new generation and takes the image's name from the settings", () => {
    const lock = lockAfterSeed(exampleLock, seeded);
    expect(lock.generation).toBe(5);
    expect(lock.last_attempt).toEqual({ generation: 5, approval: digestOf("b"), outcome: "seeded", at, run: "78" });
    expect(lock.image).toEqual({ repository, ...exampleSeeded.image });
    expect(lock.dump_set).toEqual(exampleSeeded.dumpSet);
    expect(lock.digests?.runtime).toBe(digestOf("7"));
  });

  test("writes a lock that reads back, the first one too", () => {
    for (const before of [exampleLock, emptyLock("hr")]) {
      const lock = lockAfterSeed(before, seeded);
      expect(parseLock(renderLock(lock), "seed.lock.yaml", "hr")).toEqual({ ok: true, value: lock, warnings: [] });
    }
  });

  test("keeps the count of resets, because a lower one would import the same dump again", () => {
    expect(lockAfterSeed({ ...exampleLock, reset: 3 }, seeded).reset).toBe(3);
  });

  test("works without an approval where the settings ask for none", () => {
    expect(lockAfterSeed(exampleLock, { ...seeded, approval: null }).approval).toBeNull();
  });
});

describe("a failure", () => {
  test("changes the last attempt only, and spends the permit by its digest", () => {
    const lock = lockAfterFailure(exampleLock, failed);
    expect({ ...lock, last_attempt: exampleLock.last_attempt }).toEqual(exampleLock);
    expect(lock.last_attempt).toMatchObject({
      generation: 5,
      approval: digestOf("b"),
      outcome: "failed",
      stage: "export",
    });
    expect(parseLock(renderLock(lock), "seed.lock.yaml", "hr").ok).toBe(true);
  });

  test("that was superseded changes nothing", () => {
    const superseded = { ...failed, result: { ...exampleFailed, outcome: "superseded" as const } };
    expect(lockAfterFailure(exampleLock, superseded)).toBe(exampleLock);
  });

  test("of the first attempt leaves generation 0", () => {
    const lock = lockAfterFailure(emptyLock("hr"), failed);
    expect(lock.generation).toBe(0);
    expect(highestGeneration(lock)).toBe(5);
    expect(parseLock(renderLock(lock), "seed.lock.yaml", "hr").ok).toBe(true);
  });
});

describe("generations", () => {
  test.each([1, 3, 4])(
    "never fall: a result of generation %i is refused by a lock that is already at 4",
    (generation) => {
      expect(() => lockAfterSeed(exampleLock, { ...seeded, result: { ...exampleSeeded, generation } })).toThrow(
        /is already at 4/,
      );
      expect(() => lockAfterFailure(exampleLock, { ...failed, result: { ...exampleFailed, generation } })).toThrow(
        /is already at 4/,
      );
    },
  );

  test("of a failure count too: its generation is spent", () => {
    const lock = lockAfterFailure(exampleLock, failed);
    expect(() => lockAfterSeed(lock, seeded)).toThrow(/is already at 5/);
    expect(lockAfterSeed(lock, { ...seeded, result: { ...exampleSeeded, generation: 6 } }).generation).toBe(6);
  });

  test("belong to one database: the result of another is refused", () => {
    expect(() => lockAfterSeed(emptyLock("crm"), seeded)).toThrow(/is for hr, but the lock is for crm/);
  });
});

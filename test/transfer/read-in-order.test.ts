import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EndedEarly, type Lane, readInOrder } from "../../src/adapters/ssh/read-in-order.ts";
import { collect } from "./ssh-setup.ts";

/** A file behind lanes that answer when the scheduler says, with as many bytes as the dice say. */
function lanesOver(file: Buffer, options: { count: number; scheduler: fc.Scheduler; cut: (asked: number) => number }) {
  const seen = { inFlight: 0, mostInFlight: 0 };
  const lane: Lane = {
    async read(target, length, position) {
      seen.inFlight += 1;
      seen.mostInFlight = Math.max(seen.mostInFlight, seen.inFlight);
      await options.scheduler.schedule(Promise.resolve(), `read ${position}`);
      seen.inFlight -= 1;
      const available = Math.max(0, Math.min(length, file.length - position));
      return file.copy(target, 0, position, position + Math.min(available, options.cut(available)));
    },
  };
  return { lanes: Array.from({ length: options.count }, () => lane), seen };
}

describe("reading a file over several lanes", () => {
  test("any order of answers and any short read gives the file's bytes in order", async () => {
    const setups = fc.record({
      bytes: fc.uint8Array({ maxLength: 3_000 }),
      skip: fc.nat(3_000),
      lanes: fc.integer({ min: 1, max: 9 }),
      depth: fc.integer({ min: 1, max: 9 }),
      chunk: fc.integer({ min: 1, max: 500 }),
      shorts: fc.infiniteStream(fc.integer({ min: 1, max: 600 })),
    });
    await fc.assert(
      fc.asyncProperty(setups, fc.scheduler(), async (setup, scheduler) => {
        const file = Buffer.from(setup.bytes);
        const offset = Math.min(setup.skip, file.length);
        const cut = (asked: number) => Math.max(1, Math.min(asked, setup.shorts.next().value));
        const { lanes, seen } = lanesOver(file, { count: setup.lanes, scheduler, cut });
        const stripe = { offset, end: file.length, chunk: setup.chunk, depth: setup.depth };
        const read = await scheduler.waitFor(collect(readInOrder(lanes, stripe)));
        expect(read.equals(file.subarray(offset))).toBe(true);
        expect(seen.mostInFlight).toBeLessThanOrEqual(setup.lanes * setup.depth);
      }),
      { numRuns: 300 },
    );
  });

  test("a reader that stops taking stops the requests", async () => {
    let asked = 0;
    const lane: Lane = {
      read: async (_target, length) => {
        asked += 1;
        return length;
      },
    };
    const stripe = { offset: 0, end: 1_000_000, chunk: 100, depth: 3 };
    const reading = readInOrder([lane, lane], stripe);
    await reading.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toBe(2 * 3 + 1);
    await reading.return(undefined);
  });

  test("what a server gives at once becomes the size of the next requests", async () => {
    const sizes: number[] = [];
    const lane: Lane = {
      read: async (_target, length) => {
        sizes.push(length);
        return Math.min(length, 40_000);
      },
    };
    await collect(readInOrder([lane], { offset: 0, end: 400_000, chunk: 100_000, depth: 1 }));
    expect(sizes.slice(0, 3)).toEqual([100_000, 60_000, 20_000]);
    expect(Math.max(...sizes.slice(3))).toBe(40_000);
  });

  test("a file that is shorter than it was said to be is an error and not a short stream", async () => {
    const lane: Lane = { read: async (_target, length, position) => Math.max(0, Math.min(length, 250 - position)) };
    const reading = collect(readInOrder([lane], { offset: 0, end: 300, chunk: 100, depth: 2 }));
    await expect(reading).rejects.toThrow(new EndedEarly(250));
  });

  test("an error of one lane reaches the reader once its turn comes, after the bytes before it", async () => {
    const lane: Lane = {
      read: async (_target, length, position) => {
        if (position >= 200) throw new Error("lost");
        return length;
      },
    };
    const reading = readInOrder([lane, lane], { offset: 0, end: 1_000, chunk: 100, depth: 4 });
    expect((await reading.next()).value).toHaveLength(100);
    expect((await reading.next()).value).toHaveLength(100);
    await expect(reading.next()).rejects.toThrow("lost");
  });
});

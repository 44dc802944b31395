import { describe, expect, test } from "vitest";
import { ObjectCache } from "../../src/github/object-cache.ts";

function open(most: number) {
  const asked: string[] = [];
  const cache = new ObjectCache<string>({ most, weigh: (text) => text.length });
  const read = (key: string, value = key) =>
    cache.read(key, async () => {
      asked.push(key);
      return value;
    });
  return { asked, read, cache };
}

describe("a cache of answers that never change", () => {
  test("asks once for what several want at the same time", async () => {
    const { asked, read } = open(100);
    expect(await Promise.all([read("a"), read("a")])).toEqual(["a", "a"]);
    expect(await read("a")).toBe("a");
    expect(asked).toEqual(["a"]);
  });

  test("drops what was not used for the longest time once it weighs too much", async () => {
    const { asked, read } = open(10);
    await read("a", "xxxx");
    await read("b", "xxxx");
    await read("a");
    await read("c", "xxxx");
    expect(await read("a")).toBe("xxxx");
    await read("b", "x");
    expect(asked).toEqual(["a", "b", "c", "b"]);
  });

  test("keeps nothing that is too heavy alone, and gives it all the same", async () => {
    const { asked, read } = open(10);
    await read("a", "xxxx");
    expect((await read("b", "x".repeat(11))).length).toBe(11);
    await read("b", "x".repeat(11));
    expect(asked).toEqual(["a", "b", "b"]);
  });

  test("asks again after a failure", async () => {
    const { cache, read } = open(10);
    await expect(cache.read("a", () => Promise.reject(new Error("no answer")))).rejects.toThrow("no answer");
    expect(await read("a")).toBe("a");
  });
});

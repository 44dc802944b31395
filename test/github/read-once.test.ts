import { describe, expect, test } from "vitest";
import { readOnce } from "../../src/github/read-once.ts";
import { RecentlyUsed } from "../../src/github/recently-used.ts";

function open(most: number) {
  const asked: string[] = [];
  const kept = new RecentlyUsed<Promise<string>>(most);
  const readWith = (key: string, ask: () => Promise<string>) =>
    readOnce({ kept, key, weigh: (text) => text.length }, ask);
  const read = (key: string, value = key) =>
    readWith(key, () => {
      asked.push(key);
      return Promise.resolve(value);
    });
  return { asked, read, readWith };
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
    const { read, readWith } = open(10);
    await expect(readWith("a", () => Promise.reject(new Error("no answer")))).rejects.toThrow("no answer");
    expect(await read("a")).toBe("a");
  });
});

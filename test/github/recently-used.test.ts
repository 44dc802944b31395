import { describe, expect, test } from "vitest";
import { readOnce } from "../../src/github/read-once.ts";
import { RecentlyUsed } from "../../src/github/recently-used.ts";

function open(most: number) {
  const asked: string[] = [];
  const kept = new RecentlyUsed<Promise<string>>(most);
  const read = (key: string, answer: () => Promise<string> = () => Promise.resolve(key)) =>
    readOnce({ kept, key, weigh: (text) => text.length }, () => {
      asked.push(key);
      return answer();
    });
  return { asked, read, readAs: (key: string, value: string) => read(key, () => Promise.resolve(value)) };
}

describe("answers that never change", () => {
  test("are asked for once by several who want them at the same time", async () => {
    const { asked, read } = open(100);
    expect(await Promise.all([read("a"), read("a")])).toEqual(["a", "a"]);
    expect(await read("a")).toBe("a");
    expect(asked).toEqual(["a"]);
  });

  test("are dropped once all of them weigh too much, those first that were not used for the longest time", async () => {
    const { asked, read, readAs } = open(10);
    await readAs("a", "xxxx");
    await readAs("b", "xxxx");
    await read("a");
    await readAs("c", "xxxx");
    expect(await read("a")).toBe("xxxx");
    await read("b");
    expect(asked).toEqual(["a", "b", "c", "b"]);
  });

  test("are not kept if one is too heavy alone, and given all the same", async () => {
    const { asked, readAs } = open(10);
    const heavy = "x".repeat(11);
    expect([await readAs("b", heavy), await readAs("b", heavy)]).toEqual([heavy, heavy]);
    expect(asked).toEqual(["b", "b"]);
  });

  test("are asked for again after a failure", async () => {
    const { read } = open(10);
    await expect(read("a", () => Promise.reject(new Error("no answer")))).rejects.toThrow("no answer");
    expect(await read("a")).toBe("a");
  });
});

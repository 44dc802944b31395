import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { openWorkerPool, type PoolOptions } from "../../../bot/adapters/worker-pool.ts";
import { THREAD_NAME } from "../../../bot/adapters/worker-thread.ts";
import type { PureCalls } from "../../../bot/pure-calls.ts";
import type { SAMPLE_FUNCTIONS } from "./sample-functions.ts";

const at = (name: string) => new URL(name, import.meta.url);
const MINUTES = 10 * 60_000;

const open: PureCalls<typeof SAMPLE_FUNCTIONS>[] = [];
afterEach(async () => {
  for (const pool of open.splice(0)) await pool.close();
});

function start(options: Partial<PoolOptions> = {}): PureCalls<typeof SAMPLE_FUNCTIONS> {
  const pool = openWorkerPool<typeof SAMPLE_FUNCTIONS>({
    entry: at("sample-worker.ts"),
    threads: 1,
    milliseconds: MINUTES,
    megabytes: 64,
    ...options,
  });
  open.push(pool);
  return pool;
}

/** How many of its threads this process has, as the operating system says. */
function countThreads(): number {
  const names = readdirSync("/proc/self/task").map((id) => readFileSync(`/proc/self/task/${id}/comm`, "utf8").trim());
  return names.filter((name) => name === THREAD_NAME).length;
}

describe("a pool of threads", () => {
  test("gives what the function gives", async () => {
    expect(await start().call("double", { numbers: [1, 2] })).toEqual({ value: { numbers: [2, 4] } });
  });

  test("starts no thread before the first call, and keeps one for the calls after it", async () => {
    const pool = start({ threads: 4 });
    expect(countThreads()).toBe(0);
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await pool.call("whereAfter", 0));
    expect(new Set(ids.map((id) => JSON.stringify(id))).size).toBe(1);
    expect(countThreads()).toBe(1);
  });

  test("runs as many calls at once as it has threads, each call once", async () => {
    const pool = start({ threads: 2 });
    const calls = Array.from({ length: 20 }, (_, number) => pool.call("double", { numbers: [number] }));
    expect(await Promise.all(calls)).toEqual(
      Array.from({ length: 20 }, (_, number) => ({ value: { numbers: [2 * number] } })),
    );
    const threads = await Promise.all(Array.from({ length: 6 }, () => pool.call("whereAfter", 50)));
    expect(new Set(threads.map((outcome) => JSON.stringify(outcome))).size).toBe(2);
  });

  test.each([
    ["a loop without end", "loop", undefined],
    ["a regular expression that tries everything", "backtrack", `${"a".repeat(60)}b`],
  ] as const)("says that %s is too slow, and answers the next call", async (_name, name, input) => {
    const pool = start({ milliseconds: 200 });
    const [slow, next] = await Promise.all([pool.call(name, input as never), pool.call("double", { numbers: [1] })]);
    expect(slow).toEqual({ failed: "too-slow" });
    expect(next).toEqual({ value: { numbers: [2] } });
  });

  test("lets other calls go on while one is too slow", async () => {
    const pool = start({ threads: 2 });
    const endless = pool.call("loop", undefined as never).catch((error: unknown) => error);
    for (let number = 0; number < 5; number += 1)
      expect(await pool.call("double", { numbers: [number] })).toEqual({ value: { numbers: [2 * number] } });
    await pool.close();
    expect(await endless).toMatchObject({ message: "The threads are closed." });
  });

  test.each(["growList", "growText", "longText", "recurse"] as const)(
    "says that %s is too large, and answers the next call",
    async (name) => {
      const pool = start();
      expect(await pool.call(name, 0 as never)).toEqual({ failed: "too-large" });
      expect(await pool.call("double", { numbers: [1] })).toEqual({ value: { numbers: [2] } });
      await expect.poll(countThreads).toBe(1);
    },
  );

  test("rejects with what a function throws, and answers the next call", async () => {
    const pool = start();
    await expect(pool.call("fail", undefined as never)).rejects.toThrow(new TypeError("This function has a mistake."));
    expect(await pool.call("double", { numbers: [1] })).toEqual({ value: { numbers: [2] } });
  });

  test("rejects what cannot be cloned, in either direction", async () => {
    const pool = start();
    const input = { numbers: [], cannot: () => "be cloned" };
    await expect(pool.call("double", input)).rejects.toThrow("could not be cloned");
    await expect(pool.call("giveFunction", undefined as never)).rejects.toThrow("could not be cloned");
    await expect(pool.call("nothing" as "fail", undefined as never)).rejects.toThrow("There is no function nothing.");
    expect(await pool.call("double", { numbers: [1] })).toEqual({ value: { numbers: [2] } });
  });

  test("rejects every call where its entry cannot be loaded", async () => {
    const pool = start({ entry: at("no-such-file.ts") });
    for (let count = 0; count < 2; count += 1)
      await expect(pool.call("double", { numbers: [] })).rejects.toThrow(/no-such-file/);
  });

  test("does not give the environment, which has secrets, to its threads", async () => {
    expect(await start().call("environment", undefined as never)).toEqual({ value: [] });
  });

  test("rejects what runs and what waits when it is closed, and leaves no thread", async () => {
    const pool = start({ threads: 2 });
    await Promise.all([1, 2].map(() => pool.call("whereAfter", 50)));
    expect(countThreads()).toBe(2);
    const calls = Array.from({ length: 5 }, () => pool.call("loop", undefined as never));
    const settled = Promise.allSettled(calls);
    await pool.close();
    expect((await settled).map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
    await expect(pool.call("double", { numbers: [] })).rejects.toThrow("closed");
    expect(countThreads()).toBe(0);
  });
});

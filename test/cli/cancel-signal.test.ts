import { expect, test } from "vitest";
import { cancelOnSignals, type Signalled } from "../../src/adapters/terminal/cancel-signal.ts";

test("the first signal asks to end in order, its echo is not a second one, the second one ends at once", () => {
  const said: string[] = [];
  const done: string[] = [];
  const listeners = new Map<string, () => void>();
  const target: Signalled = {
    on: (name, listener) => void listeners.set(name, listener),
    removeAllListeners: (name) => void done.push(`no listener of ${name}`),
    kill: (name) => void done.push(`kill ${name}`),
  };
  let now = 5_000;
  const signal = cancelOnSignals(target, { now: () => now, say: (text) => void said.push(text) });
  listeners.get("SIGINT")!();
  expect(signal.aborted).toBe(true);
  now += 200;
  listeners.get("SIGINT")!();
  expect(done).toEqual([]);
  now += 2_000;
  listeners.get("SIGINT")!();
  expect(done).toEqual(["no listener of SIGINT", "kill SIGINT"]);
  expect(said).toHaveLength(2);
  expect(said[1]).toContain("SEEDBED_*");
});

import { afterEach, describe, expect, test } from "vitest";
import { person } from "../../world/github/person.ts";
import type { LimitNumbers } from "../../world/github/usage.ts";
import { sum } from "./calls.ts";
import { startIdleWorld, type IdleWorld } from "./idle-world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PULLS = 8;

let world: IdleWorld;
afterEach(async () => {
  expect(world.github.calls.violations).toEqual([]);
  await world.close();
});

/** What the bot owes each pull request: three checks of its head and one comment. */
async function expectAllDone(): Promise<void> {
  const { checkRuns, comments, pulls } = world.github.state;
  for (const { number, headSha } of pulls) {
    const names = checkRuns.filter((run) => run.headSha === headSha).map(({ name, status }) => `${name} ${status}`);
    const expected = ["validate", "render", "dba-approval"].map((name) => `seedbed/${name} completed`);
    expect({ number, checks: new Set(names) }).toEqual({ number, checks: new Set(expected) });
    expect(comments.filter(({ issue, user }) => issue === number && user.type === "Bot")).toHaveLength(1);
  }
}

/** Starts the bot below limits that its first look exceeds, pushes to a branch meanwhile, and lets it finish. */
async function work(limits: Partial<LimitNumbers>): Promise<{ passed: number; refused: number; pauses: number[] }> {
  world = await startIdleWorld({ databases: PULLS, pulls: PULLS }, limits);
  const began = world.clock.now();
  const bot = await world.start({ main: true });
  await person(world.github, "ada").push({ branch: "change-002", edits: { "docs/more.md": "more\n" } });
  await world.settle(bot);
  // What had to wait until then.
  for (let count = 0; count < 3; count += 1) {
    world.sweep();
    await world.settle(bot);
  }
  await expectAllDone();
  const { pauses } = world.clock;
  return { passed: world.clock.now() - began, refused: sum(world.github.limits.app.refused), pauses };
}

describe("a bot that meets a limit while it works waits, and loses nothing", () => {
  test("of an hour: until the reset", async () => {
    const { passed, refused, pauses } = await work({ hour: 100 });
    expect(passed).toBeGreaterThan(HOUR);
    expect(Math.max(...pauses)).toBeGreaterThan(30 * MINUTE);
    // Each of those that were under way together meets it once an hour, and nobody asks in vain meanwhile.
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan((passed / HOUR + 1) * 30);
  });

  test.each<[string, Partial<LimitNumbers>]>([
    ["of points in a minute", { points: 60 }],
    ["of points in a minute, as 429", { points: 60, status: 429 }],
    ["of content in a minute", { contentMinute: 3 }],
    ["of content in an hour", { contentHour: 10 }],
  ])("%s: as long as GitHub asks for", async (_which, limits) => {
    const { passed, refused } = await work(limits);
    expect(refused).toBeGreaterThan(0);
    expect(passed).toBeGreaterThan(MINUTE);
  });

  test("of which GitHub does not say how long it lasts: a minute, and then longer", async () => {
    const { refused, pauses } = await work({ points: 60, retryAfter: false });
    expect(refused).toBeGreaterThan(0);
    expect(pauses).toContain(MINUTE);
  });
});

test("a bot with few calls left looks at what happens, and leaves what can wait", async () => {
  world = await startIdleWorld({ databases: 4, pulls: 40 }, { hour: 1000 });
  const bot = await world.start({ main: true });
  await world.settle(bot);
  const looked = () => new Set(world.github.calls.sent.filter((sent) => /^GET .*\/pulls\/\d+$/.test(sent)));
  const before = looked().size;
  expect(before).toBe(25);
  world.github.limits.set({ hour: sum(world.github.limits.app.counted) + 100 });
  const ada = person(world.github, "ada");
  await ada.comment(1, "hello");
  await world.settle(bot);
  world.sweep();
  await world.settle(bot);
  expect([...looked()].some((sent) => sent.endsWith("/pulls/1"))).toBe(true);
  expect(looked().size).toBe(before + 1);
  // A new hour.
  for (let count = 0; count < 13; count += 1) {
    world.sweep();
    await world.settle(bot);
  }
  expect(looked().size).toBe(40);
});

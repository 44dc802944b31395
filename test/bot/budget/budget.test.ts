import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Bot } from "../../../bot/app.ts";
import { person } from "../../world/github/person.ts";
import { renewToken } from "../hub/renew-token.ts";
import { readExample } from "../app/start-world.ts";
import { callsOf, countedIn, documented, idleHour, sum, type SeenCalls } from "./calls.ts";
import { startIdleWorld, type IdleWorld } from "./idle-world.ts";

/** `SEEDBED_BUDGET=500` is the size that is promised; the calls follow the same formula with fewer. */
const SIZE = Number(process.env["SEEDBED_BUDGET"] ?? 30);
const DATABASES = SIZE === 30 ? 12 : SIZE;
const PATIENCE = Math.max(600_000, SIZE * 20_000);
vi.setConfig({ testTimeout: PATIENCE, hookTimeout: PATIENCE });
const SWEEPS_PER_HOUR = 12;
const PROMISED = 500;

let world: IdleWorld;
let bot: Bot;
beforeAll(async () => {
  world = await startIdleWorld({ databases: DATABASES, pulls: SIZE });
});
afterAll(async () => {
  vi.useRealTimers();
  expect(world.github.calls.violations).toEqual([]);
  await world.close();
});

const watch = (act: () => Promise<void>) => callsOf(world.github, act);

async function sweep(): Promise<void> {
  world.sweep();
  await world.settle(bot);
}

/** So many sweeps; what GitHub saw of each. */
async function sweeps(count: number): Promise<SeenCalls[]> {
  const seen: SeenCalls[] = [];
  for (let index = 0; index < count; index += 1) seen.push(await watch(sweep));
  return seen;
}

const all = () => Array.from({ length: SIZE }, (_, index) => index + 1);

/** Sweeps until nothing counts any more. */
async function rest(): Promise<void> {
  let seen = await watch(sweep);
  for (let count = 0; sum(seen.counted) > 0; count += 1) {
    if (count > 2 * SIZE) throw new Error(`the bot finds no rest: ${JSON.stringify(seen)}`);
    seen = await watch(sweep);
  }
}

describe(`${SIZE} pull requests and ${DATABASES} databases`, () => {
  test("are all looked at when the bot starts, spread over time, within the limit of each hour", async () => {
    const started = await watch(async () => {
      bot = await world.start({ main: true });
      await world.settle(bot);
    });
    const seen = [started];
    const looked = () => new Set(seen.flatMap((one) => one.looked));
    while (looked().size < SIZE) seen.push(await watch(sweep));
    if (SIZE > 30) console.log(`${SIZE} and ${DATABASES}: ${seen.map(({ counted }) => sum(counted)).join(" ")}`);
    expect([...looked()].toSorted((a, b) => a - b)).toEqual(all());
    // The simulated GitHub keeps the bot to the limit of each hour, and never had to say so.
    for (const { refused } of seen) expect(refused).toBe(0);
    // What can wait; those of the sweep before are looked at once more for what was written then.
    for (const one of seen) expect(one.looked.length).toBeLessThanOrEqual(50);
    await rest();
    const checks = world.github.state.checkRuns.filter(({ name }) => name === "seedbed/dba-approval");
    expect(new Set(checks.map(({ headSha }) => headSha)).size).toBe(SIZE);
  });

  test("cost nothing that counts with any sweep while nothing happens", async () => {
    const seen = await sweeps(3);
    expect(countedIn(seen)).toEqual({});
    for (const { unchanged } of seen) expect(unchanged).toBeGreaterThan(0);
  });

  test("cost in an hour, with the token of that hour, what the table in docs/bot.md says, and less than promised", async () => {
    for (let hour = 0; hour < 2; hour += 1) {
      renewToken();
      const seen = await sweeps(SWEEPS_PER_HOUR);
      const looks = new Set(seen.flatMap(({ looked }) => looked)).size;
      expect([20, 21]).toContain(looks);
      expect(countedIn(seen)).toEqual(idleHour({ pulls: SIZE, looks }));
      expect(sum(countedIn(seen))).toBeLessThanOrEqual(PROMISED);
      // Main asks for nothing that grows with its databases, not even in vain.
      for (const { unchanged } of seen) expect(unchanged).toBeLessThan(60);
    }
  });
});

test("docs/bot.md has the calls of an hour for 500 pull requests, and their sum is what is promised", () => {
  const page = readExample("docs/bot.md");
  const section = page.slice(page.indexOf("## Calls per hour"), page.indexOf("## Limits"));
  const rows = [...section.matchAll(/^\| `(.+?)` \| (\d+) \|/gm)].map(([, name, count]) => [name, Number(count)]);
  const expected = Object.entries(idleHour({ pulls: 500, looks: 21 })).map(([name, count]) => [
    documented(name),
    count,
  ]);
  expect(rows).toEqual(expected);
  expect(sum(idleHour({ pulls: 500, looks: 21 }))).toBeLessThanOrEqual(PROMISED);
});

describe("after an event only what it concerns is looked at", () => {
  const pullOf = (number: number) => world.github.state.pulls.find((pull) => pull.number === number)!;
  /** Those that are looked at because it was their turn: with one sweep two at most. */
  const others = (seen: SeenCalls, ...expected: number[]) => seen.looked.filter((number) => !expected.includes(number));

  test("a comment: its pull request, by the webhook, or with the next sweep if that gets lost", async () => {
    const ada = person(world.github, "ada");
    const told = await watch(async () => {
      await ada.comment(3, "hello");
      await world.settle(bot);
    });
    expect(told.looked).toEqual([3]);
    await rest();
    world.github.webhooks.drop(1000);
    await ada.comment(4, "hello");
    expect((await watch(() => world.settle(bot))).looked).toEqual([]);
    const found = await watch(sweep);
    expect(found.looked).toContain(4);
    expect(others(found, 4).length).toBeLessThanOrEqual(2);
    world.github.webhooks.drop(-1000);
  });

  test("a push to one branch, a new pull request, one that is closed", async () => {
    const ada = person(world.github, "ada");
    world.github.webhooks.drop(1000);
    await ada.push({ branch: pullOf(5).headBranch, edits: { "docs/a.md": "a\n" } });
    await ada.push({ branch: "docs", edits: { "docs/b.md": "b\n" } });
    const opened = await ada.openPull("docs", "Docs");
    await ada.api("PATCH", "/pulls/6", { state: "closed" });
    const seen = await watch(sweep);
    expect(seen.looked).toEqual(expect.arrayContaining([5, 6, opened]));
    expect(others(seen, 5, 6, opened).length).toBeLessThanOrEqual(2);
    world.github.webhooks.drop(-1000);
    const checked = new Set(world.github.state.checkRuns.map(({ headSha }) => headSha));
    expect([checked.has(pullOf(5).headSha), checked.has(pullOf(opened).headSha)]).toEqual([true, true]);
    await rest();
    expect((await watch(sweep)).looked).not.toContain(6);
  });

  test("a reviewer who leaves the team: the pull requests with a review of that person", async () => {
    const grace = person(world.github, "grace");
    world.clock.step(2000);
    for (const number of [7, 8]) await grace.review(number, "APPROVE");
    await world.settle(bot);
    await rest();
    const approval = (number: number) =>
      world.github.state.checkRuns.findLast(
        ({ name, headSha }) => name === "seedbed/dba-approval" && headSha === pullOf(number).headSha,
      )?.conclusion;
    expect([approval(7), approval(8), approval(9)]).toEqual(["success", "success", "action_required"]);
    world.github.state.teams.get("dba")!.delete("grace");
    const seen = await watch(sweep);
    expect(seen.looked).toEqual(expect.arrayContaining([7, 8]));
    expect([approval(7), approval(8)]).toEqual(["action_required", "action_required"]);
    // All others name the people who may review: that can wait.
    expect(others(seen, 7, 8).length).toBeLessThanOrEqual(27);
    world.github.state.teams.get("dba")!.add("grace");
    await rest();
  });

  test("main, which moves in a database: at once the pull requests that read it; the others a few at a time", async () => {
    const database = world.databases[9]!;
    await world.pushToMain({ [`environments/${database.database}/notes.md`]: "notes\n" });
    const first = await watch(() => world.settle(bot));
    expect(first.looked).toContain(10);
    expect(others(first, 10).length).toBeLessThanOrEqual(27);
    await rest();
    const seen = await watch(async () => {
      await world.pushToMain({ "README.md": "more\n" });
      await world.settle(bot);
    });
    expect(seen.looked.length).toBeLessThanOrEqual(27);
    await rest();
  });

  test("what GitHub says nothing of is found in its turn: the bot's comment, deleted", async () => {
    const { comments } = world.github.state;
    const index = comments.findIndex(({ issue, user }) => issue === 11 && user.type === "Bot");
    const [gone] = comments.splice(index, 1);
    const period = Math.min(24, SIZE / 20);
    const seen = await sweeps(Math.ceil(period * SWEEPS_PER_HOUR) + 1);
    expect(seen.flatMap(({ looked }) => looked)).toContain(11);
    expect(comments.find(({ issue, user }) => issue === 11 && user.type === "Bot")?.body).toBe(gone!.body);
  });
});

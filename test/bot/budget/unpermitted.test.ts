import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { STICKY_MARKER } from "../../../bot/decide/pull/sticky.ts";
import { renewToken } from "../hub/renew-token.ts";
import { endMainWorld } from "../main/main-scene.ts";
import { pushPastRuleset } from "../main/past-ruleset.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "../main/main-world.ts";
import { callsOf, countedIn, sum, type SeenCalls } from "./calls.ts";

const MINUTE = 60_000;
const COUNT = 40;

let world: MainWorld;
beforeEach(async () => {
  world = await startMainWorld();
});
afterEach(async () => {
  vi.useRealTimers();
  await endMainWorld(world);
});

async function look(): Promise<SeenCalls> {
  world.github.clock.step(5 * MINUTE);
  return callsOf(world.github, async () => void (await world.reconcile()));
}

/** Requests that reached main past the ruleset, so that nobody has approved them. */
async function pushUnapproved(count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `db-${index + 1}`);
  const requests = await Promise.all(names.map((name) => exampleRequest(name)));
  await pushPastRuleset(world, "root", Object.assign({}, ...requests) as Record<string, string>);
}

const threads = () => new Set(world.github.state.comments.map(({ issue }) => issue)).size;

describe("databases without a permit", () => {
  test("are read a few at a time, then each once a day, and cost nothing with any other look", async () => {
    await pushUnapproved(COUNT);
    await world.reconcile();
    expect(threads()).toBe(25);
    for (let count = 0; count < 3; count += 1) await look();
    expect(threads()).toBe(COUNT);
    // Until GitHub must have listed a merge, they are asked for again: with the tags of the answers.
    // Only each of the new comments is read whole once.
    for (let count = 0; count < 24; count += 1)
      expect(Object.keys((await look()).counted)).toEqual(expect.not.arrayContaining(["GET /commits"]));
    renewToken();
    const hour: SeenCalls[] = [];
    for (let count = 0; count < 12; count += 1) hour.push(await look());
    const { "GET /commits": histories, "GET /issues/{id}/comments": comments, ...others } = countedIn(hour);
    // Of twenty databases: the history of each of the two files, and the thread.
    expect([histories, comments]).toEqual([20 * 2, 20]);
    // What they have in common is read once: the commit's pull requests, people, issues, and what main costs anyway.
    expect(new Set(Object.values(others))).toEqual(new Set([1]));
    for (const { counted, unchanged } of hour) expect(sum(counted) + unchanged).toBeLessThan(20);
  });

  test("get one at once when somebody starts a run, and by a pull request, whatever is remembered", async () => {
    await pushUnapproved(COUNT);
    for (let count = 0; count < 30; count += 1) await look();
    await world.people.grace.runWorkflow("provision.yml", { database: "db-40", reason: "reviewed" });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)] });
    expect(await world.show("environments/db-40/approval.yaml")).toContain("cause: reseed");
    await world.merge({ branch: "new", edits: await exampleRequest("new") });
    expect(await world.reconcile()).toMatchObject({ commits: [expect.any(String)] });
    expect(await world.show("environments/new/approval.yaml")).toContain("cause: review");
  });
});

test("whoever joins the team later has approved: the reviews are read again before the permit is signed", async () => {
  world.github.state.teams.get("dba")!.delete("grace");
  const pull = await world.merge({ branch: "hr", edits: await exampleRequest() });
  for (let count = 0; count < 14; count += 1) expect((await world.reconcile()).commits).toEqual([]);
  world.github.clock.step(2 * 60 * MINUTE);
  await world.reconcile();
  // Nobody asks for the reviews again while nothing changes.
  const idle = await look();
  expect(idle.counted).toEqual({});
  world.github.state.teams.get("dba")!.add("grace");
  const review = world.github.state.reviews.find((one) => one.pull === pull)!;
  review.state = "DISMISSED";
  expect((await world.reconcile()).commits).toEqual([]);
  review.state = "APPROVED";
  world.github.clock.step(60 * MINUTE);
  await world.reconcile();
  expect(await world.show("environments/hr/approval.yaml")).toContain("cause: review");
});

test("a comment that somebody changes is written again: by its webhook at once, otherwise within a day", async () => {
  await pushUnapproved(1);
  await world.reconcile();
  const comment = world.github.state.comments.at(-1)!;
  const { body } = comment;
  comment.body = `${STICKY_MARKER}\ngone`;
  world.ports.memory.threads.forgetValue(comment.issue);
  await world.reconcile();
  expect(comment.body).toBe(body);
  comment.body = `${STICKY_MARKER}\ngone again`;
  for (let count = 0; count < 2; count += 1) await look();
  expect(comment.body).toBe(body);
});

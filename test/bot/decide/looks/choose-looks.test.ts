import { describe, expect, test } from "vitest";
import { chooseLooks, type LooksQuestion } from "../../../../bot/decide/looks/choose-looks.ts";
import type { Look, SharedFacts } from "../../../../bot/decide/looks/look.ts";
import type { PullFacts } from "../../../../bot/hub/pulls.ts";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const START = Date.parse("2026-11-23T15:00:00Z");

const time = (at: number) => new Date(at).toISOString();

function pullOf(number: number, changes: Partial<PullFacts> = {}): PullFacts {
  const author = { id: "1", login: "ada", type: "User" };
  return {
    number,
    updatedAt: time(START - DAY),
    state: "open",
    merged: false,
    mergedAt: null,
    mergeCommit: null,
    draft: false,
    mergeable: null,
    testMerge: null,
    autoMerge: false,
    author,
    head: { sha: `head-${number}`, branch: `b${number}`, repositoryId: "1" },
    base: { sha: "base", branch: "main" },
    requestedTeams: [],
    requestedUsers: [],
    ...changes,
  };
}

const SHARED: SharedFacts = {
  main: "one",
  parts: new Map([
    [".github/seedbed.yml", "settings"],
    ["environments/hr", "hr"],
    ["environments/oe", "oe"],
  ]),
  rules: "rules",
  teams: new Map([["acme/dba", ["2", "3"]]]),
};

function lookAt(pull: PullFacts, changes: Partial<Look> = {}): Look {
  return { at: START, pull, shared: SHARED, reviewers: new Set(), owed: false, ...changes };
}

/** Where pull request 1 is listed, which was looked at a moment ago. */
function urgencyOf(
  look: Partial<Look> | null,
  question: Partial<LooksQuestion> = {},
  pull: Partial<PullFacts> = {},
): string | undefined {
  const looks = new Map(look === null ? [] : [[1, lookAt(pullOf(1), look)]]);
  const open = [pullOf(1, pull)];
  const chosen = chooseLooks({ open, looks, chosen: new Map(), shared: SHARED, since: START, ...question });
  expect(Object.values(chosen).flat()).toEqual([1]);
  return Object.entries(chosen).find(([, numbers]) => numbers.length > 0)?.[0];
}

const moved = (parts: Record<string, string>): SharedFacts => ({
  ...SHARED,
  main: "two",
  parts: new Map([...SHARED.parts, ...Object.entries(parts)]),
});

describe("a pull request is looked at", () => {
  test("not again while it is the same, with all that the look depended on", () => {
    expect(urgencyOf({})).toBe("same");
  });

  test.each<[string, Partial<PullFacts>]>([
    ["was updated", { updatedAt: time(START - HOUR) }],
    ["has another head", { head: { sha: "other", branch: "b1", repositoryId: "1" } }],
    ["goes to another branch", { base: { sha: "base", branch: "next" } }],
    ["is a draft no more", { draft: true }],
  ])("now when it %s", (_how, change) => {
    expect(urgencyOf({}, {}, change)).toBe("now");
  });

  test("now when it was updated in the second of the look, where a second update would not show", () => {
    const updatedAt = time(START - 1000);
    expect(urgencyOf({ pull: pullOf(1, { updatedAt }) }, {}, { updatedAt })).toBe("now");
  });

  test("now when the last look is not finished", () => {
    expect(urgencyOf({ owed: true })).toBe("now");
  });

  test("now when it is not open any more, once", () => {
    expect(urgencyOf({}, { open: [] })).toBe("now");
  });

  test("now when main has other bytes of a database or of the settings that the look read, otherwise soon", () => {
    const parts = new Map([...SHARED.parts].filter(([path]) => path !== "environments/oe"));
    const look = { shared: { ...SHARED, parts } };
    expect(urgencyOf(look, { shared: moved({ "environments/hr": "other" }) })).toBe("now");
    expect(urgencyOf(look, { shared: moved({ ".github/seedbed.yml": "other" }) })).toBe("now");
    expect(urgencyOf(look, { shared: moved({ "environments/oe": "other" }) })).toBe("soon");
  });

  test("soon when main's rules have changed", () => {
    expect(urgencyOf({}, { shared: { ...SHARED, rules: "others" } })).toBe("soon");
  });

  test("now when one of its reviewers has joined or left a team that decides, soon when it was somebody else", () => {
    const teams = (...members: string[]) => ({ ...SHARED, teams: new Map([["acme/dba", members]]) });
    const look = { reviewers: new Set(["3", "4"]) };
    expect(urgencyOf(look, { shared: teams("2") })).toBe("now");
    expect(urgencyOf(look, { shared: teams("2", "3", "4") })).toBe("now");
    expect(urgencyOf(look, { shared: teams("3") })).toBe("soon");
    expect(urgencyOf(look, { shared: teams("2", "3", "5") })).toBe("soon");
    const gone = { ...SHARED, teams: new Map([["acme/dba", null]]) };
    expect(urgencyOf(look, { shared: gone })).toBe("now");
    expect(urgencyOf({ shared: gone }, { shared: SHARED })).toBe("same");
  });

  test("whatever of the shared facts changed that it did not ask for, not again", () => {
    const shared: SharedFacts = { main: null, parts: new Map(), rules: null, teams: new Map() };
    const now = { ...moved({ "environments/hr": "other" }), rules: "others" };
    expect(urgencyOf({ shared }, { shared: now })).toBe("same");
  });

  test("for the first time soon, and now if something happened to it since the process began", () => {
    expect(urgencyOf(null)).toBe("soon");
    expect(urgencyOf(null, {}, { updatedAt: time(START + 500) })).toBe("now");
  });

  test("before others that were updated earlier, and later than those whose look is older", () => {
    const updated = [3, 1, 2].map((hours, index) => pullOf(index + 1, { updatedAt: time(START - hours * HOUR) }));
    const question = { open: updated, looks: new Map<number, Look>(), chosen: new Map<number, number>() };
    const rest = { shared: SHARED, since: START };
    expect(chooseLooks({ ...question, ...rest })).toEqual({ now: [], soon: [2, 3, 1], same: [] });
    const looks = new Map([1, 2, 3].map((number) => [number, lookAt(updated[number - 1]!, { at: START - number })]));
    expect(chooseLooks({ ...question, ...rest, looks })).toEqual({ now: [], soon: [], same: [3, 2, 1] });
  });

  test("in turns, also if main moves all the time, and if looks fail", () => {
    const open = Array.from({ length: 60 }, (_, index) => pullOf(index + 1));
    const [looks, chosen] = [new Map<number, Look>(), new Map<number, number>()];
    const looked = new Set<number>();
    for (const at of [1, 2, 3].map((round) => START + round)) {
      const shared = { ...SHARED, main: `tip at ${at}` };
      const begun = chooseLooks({ open, looks, chosen, shared, since: START }).soon.slice(0, 25);
      for (const number of begun) chosen.set(number, at);
      for (const number of begun.filter((one) => one % 2 === 0))
        looks.set(number, lookAt(pullOf(number), { at, shared }));
      for (const number of begun) looked.add(number);
    }
    expect(looked.size).toBe(60);
  });
});

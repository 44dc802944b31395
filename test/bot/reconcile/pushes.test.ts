import { describe, expect, test } from "vitest";
import type { Hub } from "../../../bot/hub/hub.ts";
import type { PushFacts } from "../../../bot/hub/pulls.ts";
import { reconcilePushesWith } from "../../../bot/reconcile/pushes.ts";

const HOUR = 3_600_000;
const [ONE, TWO] = ["1".repeat(40), "2".repeat(40)];

/** A main with merges only, and a list of updates that may be behind it. */
function fakeHub() {
  const world = {
    head: ONE,
    listed: ONE,
    now: Date.parse("2026-11-22T12:00:00Z"),
    rules: [] as [] | null,
    reads: [] as number[],
  };
  const hub = {
    repository: { id: "1", owner: "acme", name: "databases", defaultBranch: "main" },
    botLogin: "seedbed[bot]",
    gitHubTime: () => Promise.resolve(world.now),
    people: { branchRules: () => Promise.resolve(world.rules) },
    git: {
      head: () => Promise.resolve(world.head),
      history: () => Promise.resolve([{}]),
      treeAt: (commit: string) => Promise.resolve({ commit, entries: () => Promise.resolve([]) }),
    },
    pulls: {
      pushesSince: (_branch: string, since: number): Promise<PushFacts[]> => {
        world.reads.push((world.now - since) / HOUR);
        return Promise.resolve([
          {
            id: "1",
            at: "",
            before: TWO,
            after: world.listed,
            kind: "pr_merge",
            actor: { id: "1", login: "ada", type: "User" },
          },
        ]);
      },
    },
  } as unknown as Hub;
  return { world, hub };
}

describe("the look at who updated main", () => {
  test("reads GitHub's list at the start, after each update and otherwise once a day", async () => {
    const { world, hub } = fakeHub();
    const look = reconcilePushesWith({ warn: () => undefined });
    for (let hour = 0; hour < 49; hour += 1) {
      await look(hub);
      world.now += HOUR;
    }
    expect(world.reads).toEqual([30 * 24, 48, 48]);
    Object.assign(world, { head: TWO, listed: TWO });
    await look(hub);
    expect(world.reads).toHaveLength(4);
  });

  test("reads it once there are rules that somebody could get past", async () => {
    const { world, hub } = fakeHub();
    const look = reconcilePushesWith({ warn: () => undefined });
    world.rules = null;
    await look(hub);
    expect(world.reads).toEqual([]);
    world.rules = [];
    await look(hub);
    expect(world.reads).toEqual([30 * 24]);
  });

  test("reads it again as long as it is behind the branch", async () => {
    const { world, hub } = fakeHub();
    const look = reconcilePushesWith({ warn: () => undefined });
    world.head = TWO;
    await look(hub);
    await look(hub);
    world.listed = TWO;
    await look(hub);
    await look(hub);
    expect(world.reads).toHaveLength(3);
  });
});

import { expect, test } from "vitest";
import type { Hub } from "../../../bot/hub/hub.ts";
import type { HubTree } from "../../../bot/hub/git.ts";
import type { CheckFacts, CheckOutput } from "../../../bot/hub/checks.ts";
import { noChanges } from "../../../bot/decide/gate/change-set.ts";
import { renderRecord } from "../../../bot/decide/gate/record.ts";
import { CHECKS } from "../../../bot/decide/gate/check-names.ts";
import { judgeHere } from "../call-here.ts";
import { reconcileMergeGroup } from "../../../bot/reconcile/merge-group.ts";

/** Two pull requests, `a` and `b`; group `ab` stands on group `a`, which becomes main right after the bot's first question. */
function createHub(): { hub: Hub; written: CheckOutput[] } {
  const files: Record<string, string[]> = { main: [], a: ["a"], b: ["b"], groupA: ["a"], groupAB: ["a", "b"] };
  const written: CheckOutput[] = [];
  let asked = 0;
  const merged = () => (asked += 1) > 1;
  const pull = (head: string) => ({ number: head.charCodeAt(0), head: { sha: head }, base: { branch: "main" } });
  const green = (name: string, text: string) =>
    ({ name, appId: 7, status: "completed", conclusion: "success", text }) as CheckFacts;
  const recordOf = (commit: string) => {
    const files = { [`.github/${commit}.yml`]: `100644 ${commit}` };
    return renderRecord({ changes: { ...noChanges(), files }, heads: [], updates: [], pushers: [], reviews: [] })!;
  };
  const tree = (commit: string): HubTree => ({
    commit,
    entries: (folder) => {
      const inside = folder === ".github" ? files[commit]! : [];
      return Promise.resolve(
        inside.map((name) => ({ path: `.github/${name}.yml`, mode: "100644", blob: name, size: 1 })),
      );
    },
    read: () => Promise.resolve(null),
  });
  const hub = {
    repository: { defaultBranch: "main" },
    appId: 7,
    gitHubTime: () => Promise.resolve(0),
    pulls: { open: () => Promise.resolve((merged() ? ["b"] : ["a", "b"]).map(pull)) },
    git: {
      head: () => Promise.resolve(merged() ? "groupA" : "main"),
      mergeBase: (base: string, head: string) => Promise.resolve(head === "groupAB" ? base : "main"),
      treeAt: (commit: string) => Promise.resolve(tree(commit)),
    },
    checks: {
      list: (commit: string) =>
        Promise.resolve(commit === "groupAB" ? [] : Object.values(CHECKS).map((name) => green(name, recordOf(commit)))),
      write: (_commit: string, check: CheckOutput) => Promise.resolve(void written.push(check)),
    },
  };
  return { hub: hub as unknown as Hub, written };
}

test("the group ahead is merged while the bot reads: it is neither lost nor asked for twice", async () => {
  const { hub, written } = createHub();
  await reconcileMergeGroup(hub, "groupAB", judgeHere());
  expect(written.map(({ name, conclusion }) => [name, conclusion])).toEqual(
    Object.values(CHECKS).map((name) => [name, "success"]),
  );
});

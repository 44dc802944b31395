import { expect, test } from "vitest";
import { auditPushes, BYPASS_ISSUE } from "../../../bot/reconcile/audit-pushes.ts";
import type { Hub } from "../../../bot/hub/hub.ts";
import type { PushFacts } from "../../../bot/hub/pulls.ts";
import { markNote } from "../../../bot/write/write-comments.ts";

const shaOf = (number: number) => String(number).padStart(40, "a");

/** Pushes of an account that often pushes past the rules, newest first; main has settings from the third one on. */
function fakeHub(count: number) {
  const calls = { history: 0, written: [] as string[], reported: [] as string[] };
  const pushes = Array.from({ length: count }, (_, index): PushFacts => {
    const number = count - index;
    const actor = { id: "5", login: "release-bot", type: "User" };
    return { id: String(number), at: "", before: shaOf(number - 1), after: shaOf(number), kind: "push", actor };
  });
  const comments = () =>
    calls.reported.map((body) => ({ body, appId: 9, user: { id: "1", login: "seedbed[bot]", type: "Bot" } }));
  const hub = {
    repository: { id: "1", owner: "acme", name: "databases", defaultBranch: "main" },
    appId: 9,
    botLogin: "seedbed[bot]",
    git: {
      history: ({ ref }: { ref: string }) => {
        calls.history += 1;
        return Promise.resolve(ref >= shaOf(2) ? [{}] : []);
      },
      treeAt: (commit: string) => Promise.resolve({ commit, entries: () => Promise.resolve([]) }),
    },
    issues: { ours: () => Promise.resolve([{ number: 7, title: BYPASS_ISSUE }]) },
    pulls: {
      pushesSince: () => Promise.resolve(pushes),
      comments: () => Promise.resolve(comments()),
      writeComment: (_number: number, body: string) => Promise.resolve(void calls.written.push(body)),
    },
  } as unknown as Hub;
  return { hub, calls };
}

test("an account that pushes often costs a new process no call for each push that was reported", async () => {
  const { hub, calls } = fakeHub(9);
  await auditPushes(hub, { log: { warn: () => undefined }, since: 0, approved: new Set() });
  const marks = calls.written.map((body) => body.split("\n")[0]);
  expect(marks).toEqual([3, 4, 5, 6, 7, 8, 9].map((number) => markNote(`push-${number}`)));
  expect(calls.history).toBe(3);
  calls.reported = calls.written.splice(0);
  await auditPushes(hub, { log: { warn: () => undefined }, since: 0, approved: new Set() });
  expect([calls.written, calls.history]).toEqual([[], 6]);
});

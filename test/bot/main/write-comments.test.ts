import { expect, test } from "vitest";
import type { Hub } from "../../../bot/hub/hub.ts";
import type { CommentFacts } from "../../../bot/hub/pulls.ts";
import { DailyMemory } from "../../../bot/observe/daily-memory.ts";
import { writeComments } from "../../../bot/write/write-comments.ts";
import { STICKY_MARKER } from "../../../bot/decide/pull/sticky.ts";

test("a comment that GitHub keeps without its last line's end is not written again at every look", async () => {
  const body = `${STICKY_MARKER}\n### Seedbed: \`hr\`\n`;
  const there: CommentFacts = {
    id: "50",
    user: { id: "900", login: "seedbed[bot]", type: "Bot" },
    appId: 7,
    body: body.trim(),
    createdAt: "",
    updatedAt: "",
  };
  const hub = { appId: 7, botLogin: "seedbed[bot]", pulls: { comments: () => Promise.resolve([there]) } };
  const stickyComments = [{ thread: { pull: 1 }, urgent: false, body }];
  const memory = { threads: new DailyMemory<number | null>(), now: 0 };
  const done = await writeComments(hub as unknown as Hub, { stickyComments, notes: [], refusals: [] }, memory);
  expect(done).toEqual({ written: 0, errors: [] });
});

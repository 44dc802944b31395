import { expect, test } from "vitest";
import { describeBypass } from "../../../bot/decide/audit/describe-bypass.ts";

const push = {
  id: "1",
  at: "2026-11-22T12:00:00Z",
  before: "1".repeat(40),
  after: "2".repeat(40),
  kind: "push",
  actor: { id: "5", login: "root", type: "User" },
};

test.each(["a", "`", "é", "\u0001", "\u200b", "\u{e0041}", "😀"])(
  "paths of any length and of %j do not make a comment that GitHub refuses",
  (letter) => {
    const paths = Array.from({ length: 40 }, (_, index) => `.github/workflows/${index}-${letter.repeat(4000)}.yml`);
    const text = describeBypass({ push, branch: "main", paths, pulls: null });
    expect(text.length).toBeLessThan(60_000);
    expect(text.isWellFormed()).toBe(true);
    expect(text).toContain("- … and 10 more");
    expect(text).toContain("can read the credentials of every source");
  },
);

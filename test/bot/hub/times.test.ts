import { expect, test } from "vitest";
import { viewTime, viewTimeOrNull } from "../../../bot/hub/octokit/times.ts";

test("a time of GitHub's stays as it is, and one that has not come is none", () => {
  expect(viewTime("2026-11-22T15:10:00Z")).toBe("2026-11-22T15:10:00Z");
  expect(viewTimeOrNull(null)).toBeNull();
});

test.each(["", "soon", "2026-13-45T99:99:99Z"])(
  "%j in an answer of GitHub's is an error, and no moment that nothing is before or after",
  (time) => {
    expect(() => viewTime(time)).toThrow(`GitHub gives "${time}" as a time.`);
    expect(() => viewTimeOrNull(time)).toThrow("as a time");
  },
);

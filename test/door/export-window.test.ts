import { describe, expect, test } from "vitest";
import { isWindowOpen } from "../../src/door/export-window.ts";
import type { ExportWindow } from "../../src/settings/settings.ts";

const night: ExportWindow = { days: ["mon", "fri"], from: "22:00", to: "04:00", time_zone: "Europe/Berlin" };
const noon: ExportWindow = { days: ["wed"], from: "12:00", to: "13:00", time_zone: "Asia/Tokyo" };

describe("export windows", () => {
  test.each([
    ["2026-11-23T20:59:00Z", false, "a minute before it begins on Monday"],
    ["2026-11-23T21:00:00Z", true, "when it begins"],
    ["2026-11-24T02:59:00Z", true, "after midnight, although Tuesday is not named"],
    ["2026-11-24T03:00:00Z", false, "when it has ended"],
    ["2026-11-23T01:00:00Z", false, "in the night before Monday"],
    ["2026-11-28T01:00:00Z", true, "in the night to Saturday, which began on Friday"],
  ])("at %s the night window is %s: %s", (moment, open) => {
    expect(isWindowOpen([night], Date.parse(moment))).toBe(open);
  });

  test("a zone's own clock counts, and daylight saving with it", () => {
    expect(isWindowOpen([noon], Date.parse("2026-11-25T03:30:00Z"))).toBe(true);
    expect(isWindowOpen([noon], Date.parse("2026-11-25T12:30:00Z"))).toBe(false);
    // In July Berlin is two hours ahead of UTC.
    expect(isWindowOpen([night], Date.parse("2026-07-20T20:30:00Z"))).toBe(true);
    expect(isWindowOpen([night], Date.parse("2026-07-20T19:30:00Z"))).toBe(false);
  });

  test("any of several windows is enough, and none at all means always", () => {
    expect(isWindowOpen([noon, night], Date.parse("2026-11-23T21:00:00Z"))).toBe(true);
    expect(isWindowOpen([], 0)).toBe(true);
  });
});

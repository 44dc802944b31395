import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CronExpressionParser } from "cron-parser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderSchedule } from "../../src/container/render-schedule.ts";
import { RUNTIME } from "./read-runtime.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "seedbed-schedule-"));
  mkdirSync(join(root, "opt"), { recursive: true });
  symlinkSync(RUNTIME, join(root, "opt/seedbed"));
  mkdirSync(join(root, "opt/oracle/oradata/.seedbed/config/apply"), { recursive: true });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The epoch seconds, of those given, in which the container's bash starts the job. */
function dueIn(line: string, times: number[]): number[] {
  writeFileSync(join(root, "opt/oracle/oradata/.seedbed/config/apply/schedule"), line);
  const script = `source "$SEEDBED_ROOT/opt/seedbed/lib/load.sh"; schedule_check; for at in "$@"; do [[ -n $(schedule_due "$at") ]] && echo "$at"; done; true`;
  const env = { PATH: process.env["PATH"], SEEDBED_ROOT: root, TZ: "UTC" };
  const output = execFileSync("bash", ["--norc", "-c", script, "bash", ...times.map(String)], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return output.split("\n").filter(Boolean).map(Number);
}

test.for([
  "0 2 * * *",
  "*/15 * * * *",
  "30 1,13 1-7 * *",
  "0 0 * * 0",
  "5 4 * 2 1-5",
  "0 3 13 * 5",
  "59 23 31 12 *",
  "@weekly",
])("bash starts the backup of %s in exactly the minutes that cron-parser names", (expression) => {
  const from = Date.UTC(2026, 10, 22, 12, 0, 0);
  const schedule = CronExpressionParser.parse(expression, { currentDate: new Date(from), tz: "UTC" });
  const expected = Array.from({ length: 12 }, () => schedule.next().getTime() / 1000);
  // Each expected minute with its neighbours, an hour and a day off.
  const asked = expected.flatMap((at) => [-86400, -3600, -60, 0, 60, 3600, 86400].map((by) => at + by));
  const times = [...new Set(asked)]
    .filter((at) => at * 1000 > from && at <= expected.at(-1)!)
    .toSorted((a, b) => a - b);
  expect(dueIn(renderSchedule(expression, "backup"), times)).toEqual(expected);
});

test("a schedule that is none is refused by the renderer and by bash", () => {
  for (const wrong of ["0 0 0 1 1 *", "61 * * * *", "0 0 L * *", "", "* * * *"])
    expect(() => renderSchedule(wrong, "backup")).toThrow(/is not a cron expression of five fields/);
  expect(() => dueIn("0\t2\t*\t*\t*\tformat\n", [])).toThrow(
    expect.objectContaining({ status: 86, stdout: expect.stringContaining("code=schedule-damaged") }),
  );
});

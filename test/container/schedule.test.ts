import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CronExpressionParser } from "cron-parser";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDueRefresh } from "../../bot/decide/main/permits/refresh-due.ts";
import { renderSchedule } from "../../src/container/render-schedule.ts";
import { explainCron } from "../../src/request/cron.ts";
import { RUNTIME } from "./read-runtime.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "seedbed-schedule-"));
  mkdirSync(join(root, "opt"), { recursive: true });
  symlinkSync(RUNTIME, join(root, "opt/seedbed"));
  mkdirSync(join(root, "opt/oracle/oradata/.seedbed/config/apply"), { recursive: true });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The lines that a script prints in bash with the scheduler's functions and a schedule. */
function bash(lines: string, script: string, args: number[]): string[] {
  writeFileSync(join(root, "opt/oracle/oradata/.seedbed/config/apply/schedule"), lines);
  const source = 'source "$SEEDBED_ROOT/opt/seedbed/lib/load.sh"';
  const env = { PATH: process.env["PATH"], SEEDBED_ROOT: root, TZ: "UTC" };
  const output = execFileSync("bash", ["--norc", "-c", `${source}; ${script}`, "bash", ...args.map(String)], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return output.split("\n").filter(Boolean);
}

/** The epoch seconds, of those given, in which the container's bash starts the job. */
function dueIn(line: string, times: number[]): number[] {
  const script = `schedule_check; for at in "$@"; do [[ -n $(schedule_due "$at") ]] && echo "$at"; done; true`;
  return bash(line, script, times).map(Number);
}

/** For each expression the epoch seconds, of those given, in which the container's bash starts it. */
function dueOf(expressions: string[], times: number[]): number[][] {
  const lines = expressions.map((expression, index) => renderSchedule(expression, String(index)));
  const script = 'for at in "$@"; do while read -r job; do echo "$job $at"; done < <(schedule_due "$at"); done';
  const found: number[][] = expressions.map(() => []);
  for (const [job, at] of bash(lines.join(""), script, times).map((line) => line.split(" ").map(Number)))
    found[job!]!.push(at!);
  return found;
}

const MINUTE = 60_000;
const YEAR = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1) };

/** Whether a schedule is due in the minute of an epoch second, as the bot decides about a refresh. */
function refreshIsDue(schedule: string, at: number): boolean {
  return findDueRefresh({ schedule, time_zone: "UTC" }, { since: at * 1000 - 1, now: at * 1000 }) !== null;
}

const FIELDS = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: ["jan", "Feb", "MAR", "jul", "dec"] },
  { least: 0, most: 7, names: ["sun", "Mon", "TUE", "fri", "sat"] },
];

/** One valid field of a cron expression: values, names, ranges and steps of the whole range that the field has. */
function fieldText({ least, most, names }: (typeof FIELDS)[number]): fc.Arbitrary<string> {
  const value = fc.integer({ min: least, max: most });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: most });
  const stepped = fc.tuple(fc.oneof(range, fc.constant("*")), step).map(([of, by]) => `${of}/${by}`);
  const single = fc.oneof(value.map(String), ...(names.length > 0 ? [fc.constantFrom(...names)] : []));
  const list = fc.array(fc.oneof(single, range), { minLength: 2, maxLength: 4 }).map((items) => items.join(","));
  return fc.oneof({ weight: 3, arbitrary: fc.constant("*") }, single, range, stepped, list);
}

const EXPRESSION = fc
  .tuple(...FIELDS.map(fieldText))
  .map((fields) => fields.join(" "))
  .filter((expression) => explainCron(expression) === null);

/** cron-parser refuses a value that a list has twice, which cron takes. */
function withoutRepeats(expression: string): boolean {
  try {
    CronExpressionParser.parse(expression, { tz: "UTC" });
    return true;
  } catch {
    return false;
  }
}

test("every value of every field is due in exactly its minutes of a year", () => {
  const all = ["*", "*", "*", "*", "*"];
  const expressions = FIELDS.flatMap(({ least, most }, field) =>
    Array.from({ length: most - least + 1 }, (_, index) => all.with(field, String(least + index)).join(" ")),
  );
  // A day, an hour and a minute apart: each minute, hour, day, month and weekday occurs.
  const times = Array.from({ length: 380 }, (_, day) => (YEAR.from + day * 1501 * MINUTE) / 1000);
  const parsed = expressions.map((expression) => CronExpressionParser.parse(expression, { tz: "UTC" }));
  const expected = parsed.map((cron) => times.filter((at) => cron.includesDate(new Date(at * 1000))));
  expect(expected.every((due) => due.length > 0)).toBe(true);
  expect(dueOf(expressions, times)).toEqual(expected);
});

test("container, bot and cron-parser agree on any valid schedule over a year", () => {
  const minute = fc.integer({ min: 0, max: (YEAR.to - YEAR.from) / MINUTE - 1 });
  const dated = fc.array(fc.tuple(EXPRESSION.filter(withoutRepeats), minute), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(dated, (schedules) => {
      const crons = schedules.map(([schedule]) => CronExpressionParser.parse(schedule, { tz: "UTC" }));
      // Most minutes have nothing due: the next time of each schedule, with its neighbours, is asked for as well.
      const near = crons.map((cron, index) => {
        const random = YEAR.from + schedules[index]![1] * MINUTE;
        cron.reset(new Date(random));
        const due = cron.next().getTime();
        return [random, due, due - MINUTE, due + 60 * MINUTE, due + 24 * 60 * MINUTE].map((at) => at / 1000);
      });
      const times = [...new Set(near.flat())];
      const isDue = (index: number, at: number) => crons[index]!.includesDate(new Date(at * 1000));
      const texts = schedules.map(([schedule]) => schedule);
      expect(dueOf(texts, times)).toEqual(crons.map((_, index) => times.filter((at) => isDue(index, at))));
      const refreshes = near.map((own, index) => own.filter((at) => refreshIsDue(texts[index]!, at)));
      expect(refreshes).toEqual(near.map((own, index) => own.filter((at) => isDue(index, at))));
    }),
    { numRuns: 12 },
  );
});

// The same value twice, and Sunday as both of its numbers: crontab(5), "0-7 (0 or 7 is Sunday, or use names)".
test.for([
  ["0 2 * * 0,7", "0 2 * * 0"],
  ["0 2 * * 5-7,sun", "0 2 * * 0,5,6"],
  ["5,5,1-5 2 * * *", "1-5 2 * * *"],
])("%s means %s to container and bot", ([written, meant]) => {
  const minutes = Array.from({ length: 14 * 7 }, (_, index) => Math.floor(index / 7) * 24 * 60 + 120 + (index % 7));
  const times = minutes.map((minute) => (YEAR.from + minute * MINUTE) / 1000);
  const expected = dueOf([meant!], times)[0]!;
  expect(expected).not.toEqual([]);
  expect(explainCron(written!)).toBeNull();
  expect(dueOf([written!], times)[0]).toEqual(expected);
  expect(times.filter((at) => refreshIsDue(written!, at))).toEqual(expected);
});

test.for([
  "0 2 * * *",
  "*/15 * * * *",
  "30 1,13 1-7 * *",
  "0 0 * * 0",
  "5 4 * 2 1-5",
  "0 3 13 * 5",
  "59 23 31 12 *",
  "0 7 * * *",
  "7 2 * * *",
  "0 2 7 * *",
  "0 2 * 7 *",
  "*/7 6-8 * * *",
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
  for (const wrong of ["0 0 0 1 1 *", "61 * * * *", "0 0 L * *", "", "* * * *", "@weekly", "0 2 */2 * 1"])
    expect(() => renderSchedule(wrong, "backup")).toThrow(/is not a cron expression of five fields/);
  expect(() => dueIn("0\t2\t*\t*\t*\tformat\n", [])).toThrow(
    expect.objectContaining({ status: 86, stdout: expect.stringContaining("code=schedule-damaged") }),
  );
});

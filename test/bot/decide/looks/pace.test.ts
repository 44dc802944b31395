import { describe, expect, test } from "vitest";
import { Pace } from "../../../../bot/decide/looks/pace.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What begins with each sweep of five minutes, for so many hours. */
function sweep(pace: Pace, numbers: number[], hours: number, limits = { atOnce: 25, hourly: 300 }): number[] {
  const times = Array.from({ length: hours * 12 }, (_, index) => index * 5 * MINUTE);
  return times.map((now) => pace.take(numbers, now, limits).length);
}

describe("the pace of what does not have to be done at once", () => {
  const many = Array.from({ length: 500 }, (_, index) => index);

  test("admits so many at once, and so many in an hour, the first of the list", () => {
    const pace = new Pace(25);
    expect(pace.take(many, 0, { atOnce: 25, hourly: 300 })).toEqual(many.slice(0, 25));
    expect(pace.take(many, MINUTE, { atOnce: 25, hourly: 300 })).toHaveLength(5);
    expect(pace.take(many, MINUTE, { atOnce: 25, hourly: 300 })).toEqual([]);
    expect(pace.take([], 7 * HOUR, { atOnce: 25, hourly: 300 })).toEqual([]);
    expect(pace.take(many, 7 * HOUR, { atOnce: 25, hourly: 300 })).toHaveLength(25);
    expect(new Set(sweep(new Pace(25), many, 3))).toEqual(new Set([25]));
  });

  test("loses no part of one: so many in every hour, however often it is asked", () => {
    const looks = sweep(new Pace(0), many, 24, { atOnce: 25, hourly: 500 / 24 });
    expect(looks.reduce((sum, count) => sum + count, 0)).toBe(Math.floor((500 / 24) * (24 - 1 / 12)));
    expect(new Set(looks)).toEqual(new Set([0, 1, 2]));
    const daily = Array.from({ length: 24 }, (_, hour) => looks.slice(hour * 12, hour * 12 + 12));
    expect(new Set(daily.map((hour) => hour.reduce((sum, count) => sum + count, 0)))).toEqual(new Set([19, 20, 21]));
  });
});

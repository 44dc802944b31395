import fc from "fast-check";
import { expect, test } from "vitest";
import { isUtcTime } from "../../src/document/utc-time.ts";
import { NO_TIMES } from "./no-times.ts";

test.each(Object.entries(NO_TIMES))("%s is no time: %j", (_, text) => expect(isUtcTime(text)).toBe(false));

test.each([
  "2026-11-22T14:05:11Z",
  "2028-02-29T00:00:00Z",
  "1970-01-01T00:00:00Z",
  "2026-11-22T14:05:11.1Z",
  "2026-11-22T14:05:11.123456789Z",
])("%s is one", (text) => expect(isUtcTime(text)).toBe(true));

test("every moment that JavaScript writes is one, and every one is a moment that comes back as it was", () => {
  const moment = fc.date({
    min: new Date("1970-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  const written = fc.property(moment, (at) => {
    expect(isUtcTime(at.toISOString())).toBe(true);
  });
  fc.assert(written);
  const digits = (width: number, max: number) => fc.nat(max).map((number) => String(number).padStart(width, "0"));
  const parts = fc.tuple(digits(4, 9999), digits(2, 13), digits(2, 32), digits(2, 25), digits(2, 61), digits(2, 61));
  const read = fc.property(parts, ([year, month, day, hour, minute, second]) => {
    const text = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
    const at = new Date(text);
    const isSame = !Number.isNaN(at.getTime()) && at.toISOString() === text.replace("Z", ".000Z");
    expect(isUtcTime(text)).toBe(isSame && Number(year) >= 1970);
  });
  fc.assert(read, { numRuns: 1000 });
});

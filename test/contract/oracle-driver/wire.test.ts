import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDate, encodeDate, encodeTimestamp } from "../../world/oracle/tns/wire/date.ts";
import { decodeNumber, encodeNumber } from "../../world/oracle/tns/wire/number.ts";
import { IncompleteError, Reader } from "../../world/oracle/tns/wire/reader.ts";
import { Writer } from "../../world/oracle/tns/wire/writer.ts";

describe("a NUMBER", () => {
  // The representation is published under "Internal Numeric Format" in Oracle Call Interface Programmer's Guide.
  it.each([
    ["0", "80"],
    ["7", "c108"],
    ["-1", "3e6466"],
    ["5", "c106"],
    ["2767", "c21c44"],
    ["-2767", "3d4a2266"],
    ["100000", "c30b"],
    ["1234567", "c402182e44"],
    ["0.05", "c006"],
    ["-0.5", "3f3366"],
  ])("%s is %s", (text, hex) => {
    expect(encodeNumber(text).toString("hex")).toBe(hex);
    expect(String(decodeNumber(Buffer.from(hex, "hex")))).toBe(text);
  });

  it("comes back as it went", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -20, max: 20 }), (digits, exponent) => {
        const value = Number(`${digits}e${exponent}`);
        expect(Number(decodeNumber(encodeNumber(value)))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it("with more digits than JavaScript keeps stays text", () => {
    const text = "12345678901234567890123456789012345678";
    expect(decodeNumber(encodeNumber(text))).toBe(text);
  });

  it.each(["", ".", "abc", "NaN", "Infinity", "1e200", "1e-200", "1".repeat(42)])("is not made of %j", (text) => {
    expect(() => encodeNumber(text)).toThrow(/NUMBER's range|not a decimal number/);
  });
});

describe("integers and data", () => {
  it("come back as they went, whatever their size", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 47), max: 2 ** 47 }), (value) => {
        expect(new Reader(new Writer().ub(value).done()).ub()).toBe(value);
      }),
    );
    for (const size of [1, 252, 253, 254, 255, 32_767, 32_768, 100_000]) {
      const bytes = Buffer.alloc(size, "é");
      const reader = new Reader(new Writer().data(bytes).done());
      expect(reader.data()).toEqual(bytes);
      expect(reader.left).toBe(0);
    }
  });

  it("that stop early are incomplete, wherever they are cut", () => {
    const whole = new Writer().ub(70_000).text("x".repeat(300)).done();
    for (let length = 0; length < whole.length; length += 1) {
      const reader = new Reader(whole.subarray(0, length));
      const read = () => [reader.ub(), reader.text()];
      expect(read).toThrow(IncompleteError);
    }
  });
});

describe("dates", () => {
  it("come back as they went, in local time and in UTC", () => {
    const range = { min: new Date("1000-01-01T00:00:00Z"), max: new Date("9999-12-30T00:00:00Z"), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        expect(decodeDate(encodeTimestamp(date, "utc"), "utc")).toEqual(date);
        const seconds = new Date(Math.floor(date.getTime() / 1000) * 1000);
        expect(decodeDate(encodeDate(date, "utc"), "utc")).toEqual(seconds);
      }),
    );
    const summer = new Date(2026, 6, 1, 12, 30, 15, 250);
    expect(decodeDate(encodeTimestamp(summer))).toEqual(summer);
    expect([...encodeDate(summer)]).toEqual([120, 126, 7, 1, 13, 31, 16]);
  });
});

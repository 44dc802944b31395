const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const MOST_PAIRS = 20;
/** Ends the digits of a negative number, so that bytes sort as numbers do. */
const NEGATIVE_END = 102;

/** Decimal text or a number as an Oracle NUMBER: an exponent byte, then digits to the base of 100. */
export function encodeNumber(value: number | string): Buffer {
  const [, sign, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(String(value)) ?? [];
  if (sign === undefined || whole + fraction === "") throw new Error(`not a decimal number: ${value}`);
  const leading = /^0*/.exec(whole + fraction)?.[0].length ?? 0;
  const digits = (whole + fraction).slice(leading).replace(/0+$/, "");
  if (digits === "") return Buffer.from([0x80]);
  const point = whole.length + Number(exponent) - leading;
  const pairs = pairsOf(digits, point);
  const head = 192 + Math.ceil(point / 2);
  if (pairs.length > MOST_PAIRS || head < 128 || head > 255) throw new Error(`out of NUMBER's range: ${value}`);
  if (sign !== "-") return Buffer.from([head, ...pairs.map((pair) => pair + 1)]);
  const end = pairs.length < MOST_PAIRS ? [NEGATIVE_END] : [];
  return Buffer.from([head ^ 0xff, ...pairs.map((pair) => 101 - pair), ...end]);
}

/** Pairs of digits, aligned on the decimal point. */
function pairsOf(digits: string, point: number): number[] {
  const aligned = point % 2 === 0 ? digits : `0${digits}`;
  const even = aligned.length % 2 === 0 ? aligned : `${aligned}0`;
  return (even.match(/../g) ?? []).map(Number);
}

/** An Oracle NUMBER as a number where that keeps every digit, else as decimal text. */
export function decodeNumber(bytes: Buffer): number | string {
  const text = decimalText(bytes);
  const value = Number(text);
  return encodeNumber(value).equals(bytes) ? value : text;
}

function decimalText(bytes: Buffer): string {
  const head = bytes.readUInt8(0);
  const positive = (head & 0x80) !== 0;
  if (bytes.length === 1) {
    if (positive) return "0";
    throw new Error("minus infinity has no decimal digits");
  }
  const point = ((positive ? head : head ^ 0xff) - 192) * 2;
  const ended = !positive && bytes.at(-1) === NEGATIVE_END;
  const body = [...bytes.subarray(1, ended ? -1 : bytes.length)];
  const digits = body.map((byte) => String(positive ? byte - 1 : 101 - byte).padStart(2, "0")).join("");
  return (positive ? "" : "-") + placePoint(digits, point);
}

function placePoint(digits: string, point: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  const rest = point > 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  const fraction = rest.replace(/0+$/, "");
  return (whole.replace(/^0+(?=\d)/, "") || "0") + (fraction === "" ? "" : `.${fraction}`);
}

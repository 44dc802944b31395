const UTC = /^(\d{4})-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/**
 * Whether a text is a moment in UTC that exists, such as `2026-11-22T15:10:00Z`, to the second or finer. `Date.parse` alone takes
 * 30 February for 2 March and knows the year 0, and its NaN for whatever is no date is neither before nor after anything.
 */
export function isUtcTime(text: string): boolean {
  const year = Number(UTC.exec(text)?.[1] ?? 0);
  const at = Date.parse(text);
  return year >= 1970 && !Number.isNaN(at) && new Date(at).toISOString().slice(0, 19) === text.slice(0, 19);
}

/** Of a JSON Schema that Seedbed's own files are checked with. */
export const FORMATS = { "utc-time": isUtcTime };

/** Order of the bytes of UTF-8: that of git, of `LC_ALL=C sort` and of every list that a program in bash checks. */
export function compareBytes(a: string, b: string): number {
  // Up to U+D7FF both encodings have the same order, and a listing has tens of thousands of paths.
  if (!SURROGATE_OR_LATER.test(a) && !SURROGATE_OR_LATER.test(b)) return compareText(a, b);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const SURROGATE_OR_LATER = /[\ud800-\uffff]/;

/** Order of UTF-16 units, as canonical JSON and `toSorted()` have it: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The map with its keys in bytewise order: the same text whatever order a file had. */
export function sortKeys<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => compareBytes(a, b)));
}

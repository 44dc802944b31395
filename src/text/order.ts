/** Order of the bytes of UTF-8: that of git, of `LC_ALL=C sort` and of every list that a program in bash checks. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Order of UTF-16 units, as canonical JSON and `toSorted()` have it: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

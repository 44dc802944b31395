import type { Digest } from "../crypto/digest.ts";

/** Paths that two lists of files do not both have with the same bytes, sorted. */
export function differingFiles(one: Record<string, Digest>, other: Record<string, Digest>): string[] {
  const paths = new Set([...Object.keys(one), ...Object.keys(other)]);
  const same = (path: string) => Object.hasOwn(one, path) && Object.hasOwn(other, path) && one[path] === other[path];
  return [...paths].filter((path) => !same(path)).toSorted();
}

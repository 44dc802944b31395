import { distance } from "fastest-levenshtein";

/** Up to three names that a mistyped one may have meant, nearest first, as the end of a sentence. */
export function suggestNames(wanted: string, known: readonly string[]): string {
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const near = known
    .map((name) => ({ name, far: distance(wanted.toUpperCase(), name.toUpperCase()) }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
  return near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
}

import { findNearNames } from "../config/near-names.ts";

/** Up to three names that a mistyped one may have meant, nearest first, as the end of a sentence. */
export function suggestNames(wanted: string, known: readonly string[]): string {
  const near = findNearNames(wanted, known);
  return near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
}

import { findNearNames } from "../text/near-names.ts";

/** A fix that names up to three names that a mistyped one may have meant, nearest first; `otherwise` if there is none. */
export function hintAtNames(wanted: string, known: readonly string[], otherwise: string): string {
  const near = findNearNames(wanted, known);
  return near.length === 0 ? otherwise : `did you mean ${near.join(" or ")}? Otherwise ${otherwise}`;
}

import { distance } from "fastest-levenshtein";
import { compareText } from "./order.ts";
import { quote } from "./quote.ts";

/** At most three known names that may have been meant, the nearest first. */
export function findNearNames(name: string, known: readonly string[]): string[] {
  const wanted = fold(name);
  return known
    .map((candidate) => ({ candidate, far: measure(wanted, fold(candidate)) }))
    .filter(({ candidate, far }) => far <= allowance(Math.max(wanted.length, candidate.length)))
    .sort((a, b) => a.far - b.far || compareText(a.candidate, b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** What to write instead of an unknown name: the near names, else the given advice. */
export function suggestName(name: string, known: readonly string[], otherwise: string): string {
  const near = findNearNames(name, known);
  if (near.length > 0) return `did you mean ${joinOr(near)}?`;
  return otherwise;
}

/** `"a", "b" or "c"`. */
export function joinOr(names: readonly string[]): string {
  const quoted = names.map(quote);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** `a, b, c`, cut after twelve. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

function measure(a: string, b: string): number {
  if (a === b) return 0;
  // "hr" for "hr-prod" is a likely mistake that an edit distance does not catch.
  if (a.length > 1 && b.startsWith(a)) return 1;
  return distance(a, b);
}

function allowance(length: number): number {
  if (length < 4) return 1;
  return length < 8 ? 2 : 3;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll("_", "-").slice(0, 100);
}

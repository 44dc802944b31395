import { showLines } from "./unseen.ts";

/**
 * A text with colours of ours. Whoever paints shows what is unseen in the words of others before: afterwards nobody can tell
 * their escape sequences from ours.
 */
export interface Painted {
  painted: string;
}

/** The codes of ECMA-48's SGR that are used: they colour, and hide or move nothing. */
export type Colour = "1" | "1;31" | "1;33" | "31" | "32" | "33" | "34" | "36";

// oxlint-disable-next-line no-control-regex -- the colours that this file adds itself
const COLOURS = /(\u001b\[(?:0|1|1;31|1;33|3[12346])m)/;

export function paint(text: string, colour: Colour, isColoured: boolean): string {
  return isColoured ? `\u001b[${colour}m${text}\u001b[0m` : text;
}

/** The text as it is without colours. */
export function unpaint(text: string): string {
  return text.replaceAll(new RegExp(COLOURS, "g"), "");
}

/** Shows everything that is unseen but our colours. */
export function showAroundColours(text: string): string {
  const parts = text.split(COLOURS);
  return parts.map((part, index) => (index % 2 === 1 ? part : showLines(part))).join("");
}

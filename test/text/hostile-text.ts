import fc from "fast-check";

/**
 * What may reach nobody's terminal: controls C0, DEL and C1 (ECMA-48), line and paragraph separators, bidirectional controls (Unicode
 * Annex 9), zero widths, tags. Written down apart from the code that it judges.
 */
export const UNSEEN =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\u00ad\u180e\u200b-\u200d\u2060\ufeff\u{e0001}\u{e0020}-\u{e007f}]/u;

const HOSTILE = [
  "\u001b[2J",
  "\u001b]0;title\u0007",
  "\u001b[31m",
  "\u001b[1;31m",
  "\u009b2J",
  "\u0085",
  "\u202e",
  "\u2066",
  "\u061c",
  "\u200b",
  "\u2028",
  "\r",
  "\r\n",
  "\n",
  "\t",
  "\b\b\b",
  "\u007f",
  "\u0000",
  "\u{e0061}",
  "\ud800",
  "::add-mask::x",
  "##[error]x",
  "`",
  "@acme",
  "<b>",
];

/** The colours that Seedbed itself uses, as ECMA-48's SGR. */
const COLOURS = new RegExp(`${String.fromCodePoint(0x1b)}\\[(?:0|1|1;31|1;33|3[12346])m`, "g");

/** The first character of a shown text that a terminal would obey, once lines, tabs and our colours are taken away; empty if there is none. */
export function findObeyed(shown: string): string {
  return UNSEEN.exec(shown.replaceAll(COLOURS, "").replaceAll(/[\t\n]/g, ""))?.[0] ?? "";
}

/** Texts as somebody writes who wants to be obeyed. */
export function hostileText(): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 6 }), fc.string());
  return fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
}

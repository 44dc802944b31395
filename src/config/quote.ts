/** Characters that change what a reader sees without being seen: controls, bidirectional marks, line separators. */
// oxlint-disable-next-line no-control-regex -- finding control characters is the point
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

const LONGEST = 60;

/** A value from a file in a form that is safe in a message: short, on one line, without hidden characters. */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const shown = showUnseen(text.length > LONGEST ? `${cut(text, LONGEST - 1)}…` : text);
  return typeof value === "string" ? `"${shown}"` : shown;
}

/** The text with every unseen character written out as `\u{…}`. */
export function showUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Never through the middle of a surrogate pair. */
function cut(text: string, length: number): string {
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return text.slice(0, end);
}

/**
 * Characters that change what a reader sees without being seen: controls, bidirectional marks (Unicode Technical Report
 * 36, CVE-2021-42574), zero widths, line separators, annotations, tags (Unicode Standard, 23.9), and halves of surrogate pairs. What
 * chooses between the looks of the character before it, as in ⚠️, is none of them.
 */
export const UNSEEN =
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** The text with every unseen character written out as `\u{…}`, but for those that may stay. */
export function showUnseen(text: string, kept = ""): string {
  return text.replace(UNSEEN, (character) =>
    kept.includes(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** A text of several lines for people: nothing in it but tabs and the ends of its lines moves a terminal's cursor. */
export function showLines(text: string): string {
  return showUnseen(text.replaceAll("\r\n", "\n"), "\t\n");
}

/** The same characters but for tabs and line ends, LF or CRLF: a file has thousands of those. */
const UNSEEN_IN_LINES = new RegExp(`(?:${UNSEEN.source})(?<![\\t\\n])(?<!\\r(?=\\n))`, "gu");

/** Every unseen character of a file of lines, with its offset: tabs and line ends are no finding. */
export function findUnseen(text: string): { index: number; character: string }[] {
  return [...text.matchAll(UNSEEN_IN_LINES)].map(({ index, 0: character }) => ({ index, character }));
}

const LONGEST_PATH = 240;

/** A path as people may see it: nobody has to name files so that they can be shown. */
export function showPath(path: string): string {
  return showUnseen(path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path);
}

/**
 * Characters that change what a reader sees without being seen: controls, bidirectional marks (Unicode Technical Report
 * 36, CVE-2021-42574), zero widths, line separators, and halves of surrogate pairs.
 */
const UNSEEN =
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** The text with every unseen character written out as `\u{…}`, but for those that may stay. */
export function showUnseen(text: string, kept = ""): string {
  return text.replace(UNSEEN, (character) =>
    kept.includes(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Every unseen character of a file of lines, with its offset: tabs and line ends, LF or CRLF, are no finding. */
export function findUnseen(text: string): { index: number; character: string }[] {
  const found = [...text.matchAll(UNSEEN)].map(({ index, 0: character }) => ({ index, character }));
  const isLineEnd = (index: number) => text.startsWith("\r\n", index);
  return found.filter(({ index, character }) => !"\t\n".includes(character) && !isLineEnd(index));
}

const LONGEST_PATH = 240;

/** A path as people may see it: nobody has to name files so that they can be shown. */
export function showPath(path: string): string {
  return showUnseen(path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path);
}

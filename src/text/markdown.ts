import { showLines, showUnseen } from "./unseen.ts";

/** A block of somebody else's words: nothing in it can end it, mention anybody, carry markup or hide. */
export function codeBlock(text: string, language = "text"): string {
  const lines = showLines(text.replaceAll("\r", "")).replace(/\n$/, "");
  const fence = fenceFor(lines);
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** A fence that stands nowhere in the text. */
export function fenceFor(text: string): string {
  return "`".repeat(Math.max(2, longestRun(text)) + 1);
}

/** A value from a file or a person as inline code: no markup, no mention, no end of the table cell in it. */
export function inlineCode(text: string): string {
  const shown = showUnseen(text.replace(/\r?\n/g, " ")).replaceAll("|", "\\|");
  const fence = "`".repeat(longestRun(shown) + 1);
  const space = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return shown === "" ? "(empty)" : `${fence}${space}${shown}${space}${fence}`;
}

/** A message that may quote untrusted text: mentions, references, links, images and HTML in it stay text. */
export function plainText(text: string): string {
  return showUnseen(text)
    .replace(/@|#(?=\d)/g, "$&\u200b")
    .replace(/[<>|[\]]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

/** A text that others have written, on one line and without Markdown or HTML of its own. */
export function escapeText(text: string): string {
  return showUnseen(text.replace(/[ \t\r\n]+/g, " ")).replace(/[<>[\]`*_~|\\]/g, (sign) => `\\${sign}`);
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

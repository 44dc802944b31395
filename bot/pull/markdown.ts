import { showUnseen } from "../../src/unseen.ts";

/** A value from a file or a person as inline code: it cannot carry markup, mention anybody or end a table cell. */
export function inlineCode(text: string): string {
  const shown = showUnseen(text.replace(/\r?\n/g, " ")).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return shown === "" ? "(empty)" : `${fence}${space}${shown}${space}${fence}`;
}

/** A sentence of Seedbed that may quote something: mentions and HTML in it stay plain text. */
export function plainText(text: string): string {
  return showUnseen(text)
    .replace(/[<>|]/g, (sign) => `&#${sign.codePointAt(0)};`)
    .replaceAll("@", "@\u200b");
}

/** `2026-11-22 14:03 UTC`. */
export function showTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "an unknown time" : `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** At most `limit` characters, with a note in place of the rest. */
export function cutText(text: string, limit: number, note: string): string {
  if (text.length <= limit) return text;
  const end = text.lastIndexOf("\n", limit - note.length - 2);
  return `${text.slice(0, end > 0 ? end : limit - note.length - 2)}\n\n${note}`;
}

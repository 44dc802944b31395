import { showUnseen } from "./unseen.ts";

const LONGEST = 60;

/** A value from a file in a form that is safe in a message: short, on one line, without hidden characters. */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const shown = showUnseen(text.length > LONGEST ? `${cut(text, LONGEST - 1)}…` : text);
  return typeof value === "string" ? `"${shown}"` : shown;
}

/** Never through the middle of a surrogate pair. */
function cut(text: string, length: number): string {
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return text.slice(0, end);
}

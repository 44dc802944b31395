import { shorten } from "./shorten.ts";
import { showUnseen } from "./unseen.ts";

const LONGEST = 60;

/** A value from a file in a form that is safe in a message: short, on one line, without hidden characters. */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const shown = showUnseen(shorten(text, LONGEST));
  return typeof value === "string" ? `"${shown}"` : shown;
}

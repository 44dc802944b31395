/** A value of a plan on one line: strings in quotes, long strings by their size, a missing value as `nothing`. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value !== "string") return JSON.stringify(value);
  const lines = value.split("\n").length;
  if (lines > 2) return `(text of ${lines - (value.endsWith("\n") ? 1 : 0)} lines)`;
  return JSON.stringify(value);
}

/** Cut to a number of columns, the end shown by `…`. Infinity leaves it whole. */
export function fitText(text: string, columns: number): string {
  const characters = Array.from(text);
  const room = Math.max(columns, 20);
  return characters.length <= room ? text : `${characters.slice(0, room - 1).join("")}…`;
}

/**
 * A request is untrusted text: nothing in it may control a terminal. Controls except line end and tab, and marks that
 * change the text's direction, are spelled out.
 */
export function visibleText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

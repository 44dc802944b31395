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

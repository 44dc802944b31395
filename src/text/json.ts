import { UNSEEN } from "./unseen.ts";

/** A value as JSON for programs, which a terminal and a job's log may show too: two blanks, keys in their order, a line end. */
export function renderJson(value: unknown): string {
  return `${escapeJson(JSON.stringify(value, null, 2))}\n`;
}

/** The same JSON, with every character that is unseen, and each `##[` of GitHub's runner, as an escape. Line ends between values stay. */
export function escapeJson(json: string): string {
  return json
    .replace(UNSEEN, (character) => (character === "\n" ? character : escape(character)))
    .replace(/(?<=##)\[/g, escape);
}

function escape(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

/** Keys and indexes from the top of a document to a value. */
export type Steps = readonly (string | number)[];

/** A part of a text. Line and column count from 1, columns and length in UTF-16 units, as in editors. */
export interface Place {
  line: number;
  column: number;
  length: number;
}

/** The place of `length` characters from an offset of a text. */
export function placeInText(text: string, offset: number, length: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return { line, column: offset - lineStart + 1, length: Math.max(1, length) };
}

/** Steps as people write them: `database.users[0].name`. */
export function showSteps(steps: Steps): string {
  let text = "";
  for (const step of steps) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

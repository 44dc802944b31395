/** Keys and indexes from the top of a document to a value. */
export type Steps = readonly (string | number)[];

/** A part of a text. Line and column count from 1, columns and length in UTF-16 units, as in editors. */
export interface Place {
  line: number;
  column: number;
  length: number;
}

/** The place of `length` characters from an offset of a text. */
export type PlaceAt = (offset: number, length: number) => Place;

/** Finds places in a text whose lines are only counted once, however many places are asked for. */
export function openPlaces(text: string): PlaceAt {
  let starts: number[] | null = null;
  return (offset, length) => {
    starts ??= lineStartsOf(text);
    const line = lastAtMost(starts, offset);
    return { line: line + 1, column: offset - starts[line]! + 1, length: Math.max(1, length) };
  };
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

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return starts;
}

/** Index of the last entry of an ascending list, whose first is 0, that is not above a number. */
function lastAtMost(ascending: readonly number[], most: number): number {
  let [low, high] = [0, ascending.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= most) low = middle;
    else high = middle;
  }
  return low;
}

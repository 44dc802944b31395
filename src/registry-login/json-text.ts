import { openPlaces, type Place, type Steps } from "../document/place.ts";

/** A JSON text that knows the position of every value. */
export interface JsonText {
  value: unknown;
  /** The place of a value; where it is missing, of its nearest parent. */
  placeOf(steps: Steps): Place;
}

/**
 * Reads strict JSON (RFC 8259); for anything else, the place of the first character that cannot be part of it. No text of
 * the file is quoted, as `JSON.parse` does in its messages: the file may hold secrets.
 */
export function readJson(text: string): { json: JsonText } | { fault: Place } {
  const placeAt = openPlaces(text);
  const scan = new JsonScan(text);
  try {
    scan.readDocument();
  } catch (error) {
    if (error instanceof Fault) return { fault: placeAt(error.offset, 1) };
    throw error;
  }
  const placeOf = (steps: Steps): Place => {
    const offset = scan.offsets.get(keyOf(steps));
    return offset === undefined ? placeOf(steps.slice(0, -1)) : placeAt(offset, 1);
  };
  return { json: { value: JSON.parse(text) as unknown, placeOf } };
}

class Fault extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super(`no JSON at ${offset}`);
    this.offset = offset;
  }
}

const BLANKS = /[ \t\n\r]*/y;
// oxlint-disable-next-line no-control-regex -- a JSON string may hold none
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

// Far more than any configuration has, far less than the stack holds.
const DEEPEST = 200;

/** Finds the offset of every value of a JSON text. */
class JsonScan {
  readonly offsets = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readDocument(): void {
    this.#readValue([]);
    if (this.#at < this.#text.length) throw new Fault(this.#at);
  }

  #readValue(steps: Steps): void {
    this.#take(BLANKS);
    if (steps.length > DEEPEST) throw new Fault(this.#at);
    this.offsets.set(keyOf(steps), this.#at);
    if (this.#skip("{")) this.#readItems("}", () => this.#readPair(steps));
    else if (this.#skip("[")) this.#readItems("]", (index) => this.#readValue([...steps, index]));
    else if (this.#take(STRING) === null && this.#take(PLAIN) === null) throw new Fault(this.#at);
    this.#take(BLANKS);
  }

  #readItems(end: string, readItem: (index: number) => void): void {
    this.#take(BLANKS);
    if (this.#skip(end)) return;
    let index = 0;
    do readItem(index++);
    while (this.#skip(","));
    if (!this.#skip(end)) throw new Fault(this.#at);
  }

  #readPair(steps: Steps): void {
    this.#take(BLANKS);
    const key = this.#take(STRING);
    if (key === null) throw new Fault(this.#at);
    this.#take(BLANKS);
    if (!this.#skip(":")) throw new Fault(this.#at);
    this.#readValue([...steps, JSON.parse(key) as string]);
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #skip(character: string): boolean {
    if (!this.#text.startsWith(character, this.#at)) return false;
    this.#at += 1;
    return true;
  }
}

function keyOf(steps: Steps): string {
  return JSON.stringify(steps);
}

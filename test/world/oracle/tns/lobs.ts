import { Writer } from "./wire/writer.ts";
import { WireError } from "./wire/reader.ts";

/** What clients may read or write at once without waste; a real server derives it from its block size. */
export const LOB_CHUNK = 8132;

const LOCATOR_BYTES = 40;
const ID_OFFSET = 36;
const INITIALISED = 0x08;
/** Characters of a varying length travel as UTF-16: every database in AL32UTF8 says so. */
const VARYING_LENGTH = 0x80;
const TEMPORARY = 0x01;

/** The CLOBs that a connection has locators of. Lengths and offsets count UTF-16 units, as Oracle does. */
export class Lobs {
  readonly #texts = new Map<number, string>();
  #next = 1;

  create(text: string, lifetime: "temporary" | "column"): Buffer {
    const locator = Buffer.alloc(LOCATOR_BYTES);
    locator.writeUInt16BE(LOCATOR_BYTES - 2, 0);
    locator.writeUInt8(INITIALISED, 5);
    locator.writeUInt8(VARYING_LENGTH, 6);
    locator.writeUInt8(lifetime === "temporary" ? TEMPORARY : 0, 7);
    locator.writeUInt32BE(this.#next, ID_OFFSET);
    this.#texts.set(this.#next, text);
    this.#next += 1;
    return locator;
  }

  text(locator: Buffer): string {
    const text = this.#texts.get(idOf(locator));
    if (text === undefined) throw new WireError("a locator that this connection never had, or freed");
    return text;
  }

  write(locator: Buffer, text: string): void {
    this.text(locator);
    this.#texts.set(idOf(locator), text);
  }

  /** Several locators, one after the other. */
  free(locators: Buffer): void {
    for (let start = 0; start < locators.length; start += LOCATOR_BYTES)
      this.#texts.delete(idOf(locators.subarray(start, start + LOCATOR_BYTES)));
  }
}

/** A CLOB as a value: sizes, then its locator; null as an empty locator. */
export function renderClob(lobs: Lobs, text: string | null, lifetime: "temporary" | "column"): Buffer {
  if (text === null) return new Writer().ub(0).done();
  const locator = lobs.create(text, lifetime);
  return new Writer().ub(locator.length, text.length, LOB_CHUNK).data(locator).done();
}

/** Text as it travels to and from a CLOB. */
export function encodeUtf16(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

/** The reverse. */
export function decodeUtf16(bytes: Buffer): string {
  return Buffer.from(bytes).swap16().toString("utf16le");
}

function idOf(locator: Buffer): number {
  if (locator.length !== LOCATOR_BYTES) throw new WireError(`locator of ${locator.length} bytes`);
  return locator.readUInt32BE(ID_OFFSET);
}

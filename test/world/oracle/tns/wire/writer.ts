const CHUNKED = 254;
const LONGEST_PLAIN = 252;
const CHUNK_BYTES = 32_767;

/** Writes the primitives of Oracle's two-task layer (TTC); integers are big-endian. */
export class Writer {
  readonly #parts: Buffer[] = [];

  raw(bytes: Buffer): this {
    this.#parts.push(bytes);
    return this;
  }

  u8(...values: number[]): this {
    return this.raw(Buffer.from(values));
  }

  u16(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(value);
    return this.raw(bytes);
  }

  u16LittleEndian(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return this.raw(bytes);
  }

  /** Variable-length integers, each in as few bytes as it needs. */
  ub(...values: number[]): this {
    for (const value of values) this.raw(encodeInteger(value));
    return this;
  }

  /** `count` integers that are 0. */
  zeros(count: number): this {
    return this.raw(Buffer.alloc(count));
  }

  data(bytes: Buffer | null): this {
    if (bytes === null || bytes.length === 0) return this.u8(0);
    if (bytes.length <= LONGEST_PLAIN) return this.u8(bytes.length).raw(bytes);
    this.u8(CHUNKED);
    for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
      const chunk = bytes.subarray(start, start + CHUNK_BYTES);
      this.ub(chunk.length).raw(chunk);
    }
    return this.ub(0);
  }

  text(value: string): this {
    return this.data(Buffer.from(value));
  }

  /** A length, and only where it is not 0 the data. */
  optionalText(value: string): this {
    const bytes = Buffer.from(value);
    return bytes.length === 0 ? this.ub(0) : this.ub(bytes.length).data(bytes);
  }

  done(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

function encodeInteger(value: number): Buffer {
  const digits: number[] = [];
  for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Buffer.from([digits.length | (value < 0 ? 0x80 : 0), ...digits]);
}

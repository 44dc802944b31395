/** The other side sent what this server cannot read, or does not know: the connection ends. */
export class WireError extends Error {
  override readonly name: string = "WireError";
}

/** The message continues in a packet that has not arrived yet. */
export class IncompleteError extends WireError {
  override readonly name = "IncompleteError";
}

const CHUNKED = 254;
const NULL_LENGTH = 255;

/** Reads the primitives of Oracle's two-task layer (TTC); integers are big-endian. */
export class Reader {
  readonly bytes: Buffer;
  position = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  take(count: number): Buffer {
    if (count > this.left) throw new IncompleteError(`need ${count} bytes at ${this.position}, have ${this.left}`);
    this.position += count;
    return this.bytes.subarray(this.position - count, this.position);
  }

  skip(count: number): void {
    this.take(count);
  }

  u8(): number {
    return this.take(1).readUInt8(0);
  }

  u16(): number {
    return this.take(2).readUInt16BE(0);
  }

  /** A variable-length integer: one byte with its size (bit 7: negative), then that many bytes. */
  ub(): number {
    const head = this.u8();
    const size = head & 0x7f;
    if (size > 8) throw new WireError(`integer of ${size} bytes at ${this.position}`);
    let value = 0;
    for (const byte of this.take(size)) value = value * 256 + byte;
    return (head & 0x80) === 0 ? value : -value;
  }

  skipUbs(count: number): void {
    for (let index = 0; index < count; index += 1) this.ub();
  }

  /** A length byte and its data, or chunks up to an empty one; null for no value. */
  data(): Buffer | null {
    const length = this.u8();
    if (length === 0 || length === NULL_LENGTH) return null;
    if (length !== CHUNKED) return this.take(length);
    const chunks: Buffer[] = [];
    for (let size = this.ub(); size !== 0; size = this.ub()) chunks.push(this.take(size));
    return Buffer.concat(chunks);
  }

  text(): string {
    return this.data()?.toString("utf8") ?? "";
  }

  /** A length, and only where it is not 0 the data. */
  optionalData(): Buffer | null {
    return this.ub() === 0 ? null : this.data();
  }

  optionalText(): string {
    return this.optionalData()?.toString("utf8") ?? "";
  }
}

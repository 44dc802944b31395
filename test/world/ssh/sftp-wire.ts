import type { Stats } from "node:fs";

/** Packet types of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 3). */
export const packet = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  lstat: 7,
  fstat: 8,
  opendir: 11,
  readdir: 12,
  remove: 13,
  realpath: 16,
  stat: 17,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
  extendedReply: 201,
} as const;

/** Status codes of version 3 with the texts that OpenSSH's sftp-server sends. */
export const status = {
  ok: [0, "Success"],
  eof: [1, "End of file"],
  noSuchFile: [2, "No such file"],
  permissionDenied: [3, "Permission denied"],
  failure: [4, "Failure"],
  badMessage: [5, "Bad message"],
  unsupported: [8, "Operation unsupported"],
} as const;

/** One request, read field by field. */
export class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    this.#at += 1;
    return this.#bytes.readUInt8(this.#at - 1);
  }

  uint32(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  uint64(): number {
    this.#at += 8;
    return Number(this.#bytes.readBigUInt64BE(this.#at - 8));
  }

  text(): string {
    const length = this.uint32();
    if (this.#at + length > this.#bytes.length) throw new RangeError("a string runs past its packet");
    this.#at += length;
    return this.#bytes.toString("utf8", this.#at - length, this.#at);
  }
}

/** Cuts the stream of a channel into packets. `take` throws on a length that OpenSSH would not read either. */
export class Packets {
  #rest = Buffer.alloc(0);

  take(bytes: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const whole: Buffer[] = [];
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE(0);
      // SFTP_MAX_MSG_LENGTH of OpenSSH.
      if (length === 0 || length > 256 * 1024) throw new RangeError(`bad packet length ${length}`);
      if (this.#rest.length < 4 + length) break;
      whole.push(this.#rest.subarray(4, 4 + length));
      this.#rest = this.#rest.subarray(4 + length);
    }
    return whole;
  }
}

/** A packet from its type and its fields: numbers are uint32, bigints uint64, texts and buffers strings. */
export function encode(type: number, ...fields: (number | bigint | string | Buffer | { raw: Buffer })[]): Buffer {
  const body = Buffer.concat([Buffer.of(type), ...fields.map(encodeField)]);
  return Buffer.concat([uint32(body.length), body]);
}

/** ATTRS with size, owner, permissions and times. */
export function encodeStats(stats: Stats): { raw: Buffer } {
  const flags = 0x1 | 0x2 | 0x4 | 0x8;
  const times = [Math.floor(stats.atimeMs / 1000), Math.floor(stats.mtimeMs / 1000)];
  const fields = [flags, BigInt(stats.size), stats.uid, stats.gid, stats.mode, ...times];
  return { raw: Buffer.concat(fields.map(encodeField)) };
}

function encodeField(field: number | bigint | string | Buffer | { raw: Buffer }): Buffer {
  if (typeof field === "number") return uint32(field);
  if (typeof field === "bigint") {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(field);
    return bytes;
  }
  if (typeof field === "object" && "raw" in field) return field.raw;
  const bytes = Buffer.from(field);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

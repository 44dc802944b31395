import type { Socket } from "node:net";
import type { Faults } from "./faults.ts";
import { PACKET } from "./protocol.ts";
import { WireError } from "./wire/reader.ts";

const HEADER_BYTES = 8;
const DATA_HEADER_BYTES = HEADER_BYTES + 2;

export interface Packet {
  type: number;
  /** With the header, since offsets inside count from its start. */
  bytes: Buffer;
}

interface PacketStreamOptions {
  socket: Socket;
  /** No packet is longer, header included. */
  sdu: number;
  faults: Faults;
  onPacket(packet: Packet): void;
  onFailure(error: unknown): void;
}

/** Cuts a socket's bytes into packets, and writes packets. */
export class PacketStream {
  /** Lengths have two bytes until ACCEPT, four afterwards, both ways. */
  longLengths = false;
  readonly #options: PacketStreamOptions;
  #inbox = Buffer.alloc(0);
  #stalled = false;

  constructor(options: PacketStreamOptions) {
    this.#options = options;
    options.socket.setNoDelay(true);
    // A reset by the other side is a normal end here: "close" always follows and ends the session.
    options.socket.on("error", () => undefined);
    options.socket.on("data", (bytes) => this.#receive(bytes));
  }

  send(type: number, body: Buffer, flags = 0): void {
    if (this.#isSilent()) return;
    const header = Buffer.alloc(HEADER_BYTES);
    if (this.longLengths) header.writeUInt32BE(body.length + HEADER_BYTES);
    else header.writeUInt16BE(body.length + HEADER_BYTES);
    header.writeUInt8(type, 4);
    header.writeUInt8(flags, 5);
    this.#options.socket.write(Buffer.concat([header, body]));
  }

  /** A payload in as many DATA packets as the SDU asks for; `lastFlags` marks the last. */
  sendData(payload: Buffer, lastFlags: number): void {
    const room = this.#options.sdu - DATA_HEADER_BYTES;
    for (let start = 0; start < payload.length; start += room) {
      const flags = Buffer.alloc(2);
      flags.writeUInt16BE(start + room >= payload.length ? lastFlags : 0);
      this.send(PACKET.data, Buffer.concat([flags, payload.subarray(start, start + room)]));
    }
  }

  /** What is written still goes out, then the connection ends. */
  end(): void {
    if (!this.#isSilent()) this.#options.socket.end();
  }

  #isSilent(): boolean {
    // Sticky: the stream has a hole now, and a server that woke up in it would speak nonsense.
    this.#stalled ||= this.#options.faults.silent;
    return this.#stalled;
  }

  #receive(bytes: Buffer): void {
    if (this.#isSilent()) return;
    this.#inbox = Buffer.concat([this.#inbox, bytes]);
    try {
      for (let packet = this.#next(); packet !== null; packet = this.#next()) this.#options.onPacket(packet);
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  #next(): Packet | null {
    if (this.#inbox.length < HEADER_BYTES) return null;
    const length = this.longLengths ? this.#inbox.readUInt32BE(0) : this.#inbox.readUInt16BE(0);
    if (length < HEADER_BYTES) throw new WireError(`packet of ${length} bytes`);
    if (this.#inbox.length < length) return null;
    const bytes = this.#inbox.subarray(0, length);
    this.#inbox = this.#inbox.subarray(length);
    return { type: bytes.readUInt8(4), bytes };
  }
}

import type { Socket } from "node:net";
import { type Engine, OraError } from "../engine.ts";
import { Breaks } from "./breaks.ts";
import { type Conversation, type Reply, type Work, fail, renderEndOfCall } from "./conversation.ts";
import type { Counters } from "./counters.ts";
import type { Faults } from "./faults.ts";
import { FLAGGED_RESPONSES_SINCE, type Release } from "./flavor.ts";
import { hasLongLengths, readConnect, renderAccept, renderRefuse, requestedService } from "./listener.ts";
import { type Packet, PacketStream } from "./packets.ts";
import { DATA_FLAG, MARKER, MESSAGE, PACKET } from "./protocol.ts";
import { Requests } from "./requests.ts";
import { IncompleteError, Reader, WireError } from "./wire/reader.ts";
import { Writer } from "./wire/writer.ts";

/** What every connection of one server shares. */
export interface ServerParts {
  engine: Engine;
  release: Release;
  sdu: number;
  markErrors: boolean;
  breakDelayMs: number;
  faults: Faults;
  counters: Counters;
  onFailure(error: unknown): void;
}

/** One client, from CONNECT to the end of its socket. */
export class Connection {
  readonly #parts: ServerParts;
  readonly #socket: Socket;
  readonly #id: number;
  readonly #packets: PacketStream;
  readonly #breaks: Breaks;
  readonly #conversation: Conversation;
  #connectPacket: Buffer | null = null;
  #requests: Requests | null = null;
  #flagsResponses = false;
  /** The client marks the last packet of every request, so nothing shorter needs to be tried. */
  #flagsRequests = false;
  #request: Buffer[] = [];
  #running: AbortController | null = null;

  constructor(socket: Socket, id: number, parts: ServerParts) {
    this.#socket = socket;
    this.#id = id;
    this.#parts = parts;
    this.#conversation = { fieldVersion: parts.release.fieldVersion, sequence: 0, inTransaction: false };
    const { sdu, faults } = parts;
    const onPacket = (packet: Packet) => this.#onPacket(packet);
    this.#packets = new PacketStream({ socket, sdu, faults, onPacket, onFailure: (error) => this.#abandon(error) });
    this.#breaks = new Breaks({
      delayMs: parts.breakDelayMs,
      sendMarker: (kind) => this.#packets.send(PACKET.marker, Buffer.from([1, 0, kind])),
      sendAnswer: (payload) => this.#answer(payload),
    });
    socket.once("close", () => this.#onClose());
  }

  /** As when the instance dies. */
  kill(): void {
    this.#socket.destroy();
  }

  #onClose(): void {
    this.#running?.abort();
    this.#running = null;
    this.#breaks.stop();
    this.#requests?.endSession();
  }

  #abandon(error: unknown): void {
    this.#parts.onFailure(error);
    this.#socket.destroy();
  }

  #onPacket(packet: Packet): void {
    if (packet.type === PACKET.connect) this.#connect(packet.bytes, null);
    else if (packet.type === PACKET.marker) this.#onMarker(packet.bytes.readUInt8(10));
    else if (packet.type === PACKET.data) this.#onData(packet.bytes.readUInt16BE(8), packet.bytes.subarray(10));
    else throw new WireError(`packet type ${packet.type}`);
  }

  #connect(packet: Buffer, following: Buffer | null): void {
    this.#connectPacket = packet;
    if (packet.length < packet.readUInt16BE(26) + packet.readUInt16BE(24) && following === null) return;
    const { version, data } = readConnect(packet, following);
    this.#connectPacket = null;
    const { name, isSid } = requestedService(data);
    const { engine, release, sdu, counters, faults } = this.#parts;
    const service = engine.services.find((known) => known.toUpperCase() === name.toUpperCase());
    if (faults.redirect !== null) return this.#redirect(faults.redirect, data);
    if (service === undefined || isSid) return this.#refuse(isSid ? 12505 : 12514);
    const accept = renderAccept(release, version, sdu);
    this.#packets.send(PACKET.accept, accept.body);
    this.#packets.longLengths = hasLongLengths(accept.version);
    this.#flagsResponses = accept.version >= FLAGGED_RESPONSES_SINCE;
    const conversation = this.#conversation;
    this.#requests = new Requests({ id: this.#id, service, release, engine, counters, conversation });
  }

  #redirect({ host, port }: { host: string; port: number }, data: string): void {
    const text = Buffer.from(`(ADDRESS=(PROTOCOL=tcp)(HOST=${host})(PORT=${port}))\0${data}`);
    this.#packets.send(PACKET.redirect, new Writer().u16(text.length).raw(text).done(), 2);
    this.#packets.end();
  }

  #refuse(code: 12514 | 12505): void {
    this.#packets.send(PACKET.refuse, renderRefuse(code));
    this.#packets.end();
  }

  #onMarker(kind: number): void {
    if (kind === MARKER.reset) return this.#breaks.reset();
    this.#parts.counters.breaks += 1;
    if (this.#parts.faults.ignoreBreak) return;
    this.#request = [];
    this.#running?.abort();
    this.#running = null; // whatever the call still gives is dropped
    const error = new OraError(1013, ["ORA-01013: user requested cancel of current operation"]);
    this.#breaks.interrupt(() => renderEndOfCall(this.#conversation, { error }));
  }

  #onData(flags: number, body: Buffer): void {
    if (this.#connectPacket !== null) return this.#connect(this.#connectPacket, body);
    if ((flags & DATA_FLAG.endOfFile) !== 0) return this.#packets.end();
    if (this.#breaks.resetDue) return;
    if (this.#requests === null || this.#running !== null) throw new WireError("a request out of turn");
    this.#request.push(body);
    const isLast = (flags & DATA_FLAG.endOfRequest) !== 0;
    this.#flagsRequests ||= isLast;
    if (isLast || !this.#flagsRequests) this.#tryRequest(this.#requests, isLast);
  }

  /** A client that does not mark its last packet is done as soon as its message can be read. */
  #tryRequest(requests: Requests, isWhole: boolean): void {
    try {
      const work = requests.read(new Reader(Buffer.concat(this.#request)));
      this.#request = [];
      void this.#carryOut(work);
    } catch (error) {
      if (isWhole || !(error instanceof IncompleteError)) throw error;
    }
  }

  async #carryOut(work: Work): Promise<void> {
    const controller = new AbortController();
    this.#running = controller;
    const reply = await this.#reply(work, controller.signal);
    if (this.#running !== controller || reply === null) return; // broken off meanwhile
    this.#running = null;
    if (reply.failed && this.#parts.markErrors) this.#breaks.announce(reply.payload);
    else this.#answer(reply.payload);
  }

  /** null if the client is gone. */
  async #reply(work: Work, signal: AbortSignal): Promise<Reply | null> {
    try {
      return await work(signal);
    } catch (error) {
      if (error instanceof OraError) return fail(this.#conversation, error);
      if (signal.aborted && error instanceof Error && error.name === "AbortError") return null;
      if (error instanceof WireError) {
        this.#abandon(error);
        return null;
      }
      this.#parts.onFailure(error);
      const text = `ORA-00600: internal error code, arguments: [${String(error)}], [], [], [], [], []`;
      return fail(this.#conversation, new OraError(600, [text]));
    }
  }

  #answer(payload: Buffer): void {
    if (!this.#flagsResponses) return this.#packets.sendData(payload, 0);
    const ended = Buffer.concat([payload, Buffer.from([MESSAGE.endOfResponse])]);
    this.#packets.sendData(ended, DATA_FLAG.endOfResponse);
  }
}

import { type Conversation, type Reply, type Work, renderEndOfCall, succeed } from "./conversation.ts";
import { LOB_CHUNK, type Lobs, decodeUtf16, encodeUtf16 } from "./lobs.ts";
import { MESSAGE } from "./protocol.ts";
import { unsupported } from "./statement.ts";
import { type Reader, WireError } from "./wire/reader.ts";
import { Writer } from "./wire/writer.ts";

const OPERATION = { length: 0x01, read: 0x02, write: 0x40, createTemporary: 0x110, chunkSize: 0x4000 } as const;
const AL32UTF8 = 873;

interface LobRequest {
  operation: number;
  /** From 1, in UTF-16 units. For a new LOB, the character set form. */
  offset: number;
  /** null where the client neither sends nor wants one. */
  amount: number | null;
  locator: Buffer;
  data: Buffer | null;
}

interface Place {
  conversation: Conversation;
  lobs: Lobs;
}

/** Reads a LOB operation. */
export function readLobOperation(reader: Reader, place: Place): Work {
  const request = readRequest(reader);
  return () => (request.operation === OPERATION.createTemporary ? create(request, place) : operate(request, place));
}

function readRequest(reader: Reader): LobRequest {
  reader.u8();
  const locatorBytes = reader.ub();
  reader.u8();
  reader.skipUbs(3);
  reader.skip(3);
  const operation = reader.ub();
  reader.skip(2);
  const offset = reader.ub();
  reader.ub();
  const hasAmount = reader.u8() !== 0;
  reader.skip(6);
  const locator = Buffer.from(reader.take(locatorBytes));
  if (operation === OPERATION.createTemporary) reader.ub(); // character set
  const data = operation === OPERATION.write ? readData(reader) : null;
  return { operation, offset, amount: hasAmount ? reader.ub() : null, locator, data };
}

function readData(reader: Reader): Buffer {
  if (reader.u8() !== MESSAGE.lobData) throw new WireError("a LOB is written without data");
  return Buffer.from(reader.data() ?? Buffer.alloc(0));
}

function create(request: LobRequest, { conversation, lobs }: Place): Reply {
  const locator = lobs.create("", "temporary").subarray(0, request.locator.length);
  const writer = new Writer().u8(MESSAGE.parameter).raw(locator).ub(AL32UTF8).u8(0);
  return succeed(writer.raw(renderEndOfCall(conversation)).done());
}

function operate(request: LobRequest, { conversation, lobs }: Place): Reply {
  const writer = new Writer();
  const amount = carryOut(request, lobs, writer);
  writer.u8(MESSAGE.parameter).raw(request.locator);
  if (request.amount !== null) writer.ub(amount);
  return succeed(writer.raw(renderEndOfCall(conversation)).done());
}

function carryOut(request: LobRequest, lobs: Lobs, writer: Writer): number {
  const text = lobs.text(request.locator);
  const start = request.offset - 1;
  switch (request.operation) {
    case OPERATION.length:
      return text.length;
    case OPERATION.chunkSize:
      return LOB_CHUNK;
    case OPERATION.read: {
      const part = text.slice(start, start + (request.amount ?? 0));
      if (part !== "") writer.u8(MESSAGE.lobData).data(encodeUtf16(part));
      return part.length;
    }
    case OPERATION.write: {
      const added = decodeUtf16(request.data ?? Buffer.alloc(0));
      lobs.write(request.locator, text.slice(0, start).padEnd(start) + added + text.slice(start + added.length));
      return added.length;
    }
    default:
      throw unsupported(`LOB operation ${request.operation}`);
  }
}

import type { OraError } from "../engine.ts";
import { MESSAGE } from "./protocol.ts";
import { Writer } from "./wire/writer.ts";

/** What the answers of one connection depend on. */
export interface Conversation {
  fieldVersion: number;
  /** Of the request that is being answered. */
  sequence: number;
  inTransaction: boolean;
}

/** One answer to a request. A failure may be announced by a break marker. */
export interface Reply {
  payload: Buffer;
  failed: boolean;
}

/** Reading a request has no effect; the work it returns has. `signal` is aborted by a break or a lost connection. */
export type Work = (signal: AbortSignal) => Reply | Promise<Reply>;

interface EndOfCall {
  error?: OraError;
  cursor?: number;
  rows?: number;
}

const IN_TRANSACTION = 2;

/** The message that ends a call, with or without an error. */
export function renderEndOfCall(conversation: Conversation, end: EndOfCall = {}): Buffer {
  const code = end.error?.code ?? 0;
  const rows = end.rows ?? 0;
  const writer = new Writer()
    .u8(MESSAGE.endOfCall)
    .ub(callStatus(conversation), 0)
    .ub(rows)
    .ub(code & 0xffff)
    .zeros(2) // array element errors
    .ub(end.cursor ?? 0)
    .ub(end.error?.offset ?? 0)
    .zeros(6) // SQL type, fatal, flags, cursor options, UPI parameter, warning
    .zeros(5) // rowid
    .ub(0) // operating system's error
    .u8(0, conversation.sequence) // clients compare it with their request's
    .zeros(2) // padding, successful iterations
    .zeros(4) // logical rowid, batch error codes, offsets, messages
    .ub(code, rows);
  if (conversation.fieldVersion >= 14) writer.zeros(2); // SQL type, checksum
  if (end.error !== undefined) writer.text(`${end.error.message}\n`);
  return writer.done();
}

/** The short end of a call that has neither rows nor errors: commit, ping, log off. */
export function renderStatus(conversation: Conversation): Buffer {
  return new Writer().u8(MESSAGE.status).ub(callStatus(conversation), 0).done();
}

/** A call that ended well. */
export function succeed(payload: Buffer): Reply {
  return { payload, failed: false };
}

/** A call that ended in an error. */
export function fail(conversation: Conversation, error: OraError, cursor = 0): Reply {
  return { payload: renderEndOfCall(conversation, { error, cursor }), failed: true };
}

function callStatus(conversation: Conversation): number {
  return conversation.inTransaction ? IN_TRANSACTION : 0;
}

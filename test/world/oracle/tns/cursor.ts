import { type Call, OraError } from "../engine.ts";
import type { BindMetadata } from "./bind-metadata.ts";
import { type Conversation, renderEndOfCall } from "./conversation.ts";
import { type OpenResult, renderRow } from "./describe.ts";
import type { Lobs } from "./lobs.ts";
import { MESSAGE } from "./protocol.ts";
import { Writer } from "./wire/writer.ts";

/** One statement that a client keeps open. */
export interface Cursor {
  id: number;
  sql: string;
  kind: Call["kind"];
  binds: BindMetadata[];
  /** The client knows it: it ran at least once, and its description or directions were sent. */
  opened: boolean;
  /** null before a query ran, and after its last row went out. */
  result: OpenResult | null;
}

interface FetchPlace {
  conversation: Conversation;
  lobs: Lobs;
}

/** The next rows of an open query and the end of the call: ORA-01403 with the last of them. */
export function renderFetch(cursor: Cursor, count: number, { conversation, lobs }: FetchPlace): Buffer {
  const { result } = cursor;
  if (result === null) throw new OraError(1002, ["ORA-01002: fetch out of sequence"]);
  const batch = result.rows.slice(result.sent, result.sent + count);
  const writer = new Writer();
  if (batch.length > 0) writer.u8(MESSAGE.rowHeader).zeros(7);
  for (const row of batch) writer.raw(renderRow(result, row, lobs));
  result.sent += batch.length;
  const end = { cursor: cursor.id, rows: result.sent };
  if (result.sent < result.rows.length) return writer.raw(renderEndOfCall(conversation, end)).done();
  cursor.result = null;
  const error = new OraError(1403, ["ORA-01403: no data found"]);
  return writer.raw(renderEndOfCall(conversation, { ...end, error })).done();
}

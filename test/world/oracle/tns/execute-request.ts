import type { Reader } from "./wire/reader.ts";

/** Option bits of an EXECUTE message. */
export const OPTION = { execute: 0x20, fetch: 0x40, commit: 0x100 } as const;

/** The head of an EXECUTE message; descriptions of defines or binds, and bind values, follow it. */
export interface ExecuteHead {
  options: number;
  /** 0 for a new statement. */
  cursor: number;
  /** null where the cursor's text stays. */
  sql: string | null;
  /** Rows that the client takes with the answer. */
  rows: number;
  binds: number;
  defines: number;
  /** How often to run: more than once is a batch. */
  executions: number;
}

/** Reads the head of an EXECUTE message. */
export function readExecuteHead(reader: Reader, fieldVersion: number): ExecuteHead {
  const options = reader.ub();
  const cursor = reader.ub();
  const hasSql = reader.u8() !== 0;
  reader.ub(); // its length
  reader.u8();
  reader.ub();
  reader.skip(2);
  reader.ub(); // prefetch buffer
  const rows = reader.ub();
  reader.ub(); // longest LONG
  reader.u8();
  const binds = reader.ub();
  reader.skip(6);
  const defines = reader.ub();
  skipRest(reader, fieldVersion);
  const sql = hasSql ? reader.text() : null;
  reader.ub(); // parse
  const executions = reader.ub();
  reader.skipUbs(11);
  return { options, cursor, sql, rows, binds, defines, executions };
}

/** Registration for change notification, object lists, transactions, SQL signatures: all empty in the clients that are tested. */
function skipRest(reader: Reader, fieldVersion: number): void {
  reader.ub();
  reader.skip(3);
  reader.ub();
  reader.u8();
  reader.skipUbs(2);
  reader.u8();
  reader.ub();
  reader.u8();
  if (fieldVersion >= 8) {
    reader.u8();
    reader.ub();
    reader.u8();
    reader.ub();
    reader.u8();
  }
  if (fieldVersion >= 9) {
    reader.u8();
    reader.ub();
  }
}

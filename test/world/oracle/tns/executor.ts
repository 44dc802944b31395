import { type Answer, type Bind, type Engine, OraError, type Session } from "../engine.ts";
import { readBindMetadata } from "./bind-metadata.ts";
import { bindsByName, readBindValues, renderOutValues } from "./bind-values.ts";
import { type Conversation, type Reply, type Work, fail, renderEndOfCall, succeed } from "./conversation.ts";
import { type Cursor, renderFetch } from "./cursor.ts";
import { renderDescription } from "./describe.ts";
import { type ExecuteHead, OPTION, readExecuteHead } from "./execute-request.ts";
import type { Lobs } from "./lobs.ts";
import { bindNames, checkBindCount, checkSupported, kindOf, unsupported } from "./statement.ts";
import { isFetchedAsText } from "./value.ts";
import type { Reader } from "./wire/reader.ts";

interface ExecutorOptions {
  conversation: Conversation;
  engine: Engine;
  session: Session;
  lobs: Lobs;
  /** Called when a call has reached the engine. */
  onCall(): void;
}

interface Run {
  cursor: Cursor;
  binds: Map<string, Bind>;
  /** Rows to send with the answer. */
  rows: number;
  /** A full execution describes a query's columns; a repeated one does not. */
  full: boolean;
  commit: boolean;
}

/** Runs and fetches the statements of one session. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #cursors = new Map<number, Cursor>();
  #next = 1;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  closeCursor(id: number): void {
    this.#cursors.delete(id);
  }

  /** Reads a full execution, or the definition of an open query's columns with a fetch. */
  readExecute(reader: Reader): Work {
    const { conversation } = this.#options;
    const head = readExecuteHead(reader, conversation.fieldVersion);
    const known = this.#cursors.get(head.cursor);
    const sql = head.sql ?? known?.sql;
    if (sql === undefined) return () => fail(conversation, invalidCursor());
    if (head.defines > 0) return this.#readDefine(reader, head, known);
    const kind = kindOf(sql);
    checkExecutable(head, sql);
    const names = bindNames(sql, kind);
    const metadata = names.map((name) => readBindMetadata(reader, name, conversation.fieldVersion));
    const values = readBindValues(reader, metadata, { kind, lobs: this.#options.lobs });
    return (signal) => {
      const cursor = known ?? this.#open();
      Object.assign(cursor, { sql, kind, binds: metadata });
      const rows = (head.options & OPTION.fetch) === 0 ? 0 : head.rows;
      const commit = (head.options & OPTION.commit) !== 0;
      return this.#run({ cursor, binds: bindsByName(metadata, values), rows, full: true, commit }, signal);
    };
  }

  /** Reads the repetition of an open cursor with other bind values. */
  readReexecute(reader: Reader, fetches: boolean): Work {
    const { conversation, lobs } = this.#options;
    const cursor = this.#cursors.get(reader.ub());
    const count = reader.ub();
    reader.ub();
    const commit = (reader.ub() & 1) !== 0;
    if (cursor === undefined) return () => fail(conversation, invalidCursor());
    if (!fetches && count > 1) throw unsupported("A batch of several bind rows");
    const values = readBindValues(reader, cursor.binds, { kind: cursor.kind, lobs });
    const rows = fetches ? count : 0;
    return (signal) =>
      this.#run({ cursor, binds: bindsByName(cursor.binds, values), rows, full: false, commit }, signal);
  }

  readFetch(reader: Reader): Work {
    const cursor = this.#cursors.get(reader.ub());
    const count = reader.ub();
    if (cursor === undefined) return () => fail(this.#options.conversation, invalidCursor());
    return () => succeed(renderFetch(cursor, count, this.#options));
  }

  #readDefine(reader: Reader, head: ExecuteHead, cursor: Cursor | undefined): Work {
    const { conversation } = this.#options;
    const defines = Array.from({ length: head.defines }, () => readBindMetadata(reader, "", conversation.fieldVersion));
    return () => {
      if (cursor === undefined || cursor.result === null) return fail(conversation, invalidCursor());
      const texts = defines.flatMap((define, index) => (isFetchedAsText(define.code) ? [index] : []));
      cursor.result.asText = new Set(texts);
      const rows = (head.options & OPTION.fetch) === 0 ? 0 : head.rows;
      return succeed(renderFetch(cursor, rows, this.#options));
    };
  }

  #open(): Cursor {
    const cursor: Cursor = { id: this.#next, sql: "", kind: "ddl", binds: [], opened: false, result: null };
    this.#cursors.set(cursor.id, cursor);
    this.#next += 1;
    return cursor;
  }

  async #run(run: Run, signal: AbortSignal): Promise<Reply> {
    const { conversation, engine, session, onCall } = this.#options;
    const { cursor, binds } = run;
    onCall();
    try {
      const answer = await engine.execute({ session, kind: cursor.kind, sql: cursor.sql, binds }, signal);
      signal.throwIfAborted();
      const payload = this.#render(run, answer);
      cursor.opened = true;
      return succeed(payload);
    } catch (error) {
      // A cursor that the client never saw described must not be kept: after some errors, such as
      // ORA-00001, node-oracledb would run it again and expect no description.
      if (!cursor.opened) this.#cursors.delete(cursor.id);
      if (!(error instanceof OraError)) throw error;
      return fail(conversation, error, cursor.opened ? cursor.id : 0);
    }
  }

  #render(run: Run, answer: Answer): Buffer {
    const { conversation, lobs } = this.#options;
    const { cursor } = run;
    checkAnswer(cursor, answer);
    const out = { binds: cursor.binds, given: run.binds, lobs };
    const values = answer.kind === "out" ? renderOutValues({ ...out, values: answer.values }) : Buffer.alloc(0);
    if (cursor.kind === "dml" && answer.kind === "affected" && answer.rows > 0) conversation.inTransaction = true;
    if (run.commit || (cursor.kind === "ddl" && !/^\s*(alter\s+session|set\s)/i.test(cursor.sql)))
      conversation.inTransaction = false;
    if (answer.kind === "rows") return this.#renderRows(run, answer);
    const rows = answer.kind === "affected" ? answer.rows : 0;
    return Buffer.concat([values, renderEndOfCall(conversation, { cursor: cursor.id, rows })]);
  }

  #renderRows(run: Run, answer: Extract<Answer, { kind: "rows" }>): Buffer {
    const { conversation } = this.#options;
    const { cursor, full } = run;
    const { columns, rows } = answer;
    cursor.result = { columns, rows, sent: 0, asText: new Set() };
    const description = full ? renderDescription(columns, conversation.fieldVersion) : Buffer.alloc(0);
    // Clients define CLOB columns before they fetch, so no row may go out with the description.
    const waits = columns.some((column) => column.type === "clob") || run.rows === 0;
    const rest = waits
      ? renderEndOfCall(conversation, { cursor: cursor.id })
      : renderFetch(cursor, run.rows, this.#options);
    return Buffer.concat([description, rest]);
  }
}

function checkExecutable(head: ExecuteHead, sql: string): void {
  const kind = kindOf(sql);
  if ((head.options & OPTION.execute) === 0) throw unsupported("Parsing without executing");
  if (kind !== "query" && head.executions > 1) throw unsupported("A batch of several bind rows");
  checkSupported(sql, kind);
  checkBindCount(sql, kind, head.binds);
}

function checkAnswer(cursor: Cursor, answer: Answer): void {
  const wanted = { query: "rows", block: "out", dml: "affected", ddl: "affected" }[cursor.kind];
  if (answer.kind !== wanted) throw new Error(`the engine answered a ${cursor.kind} with ${answer.kind}`);
}

function invalidCursor(): OraError {
  return new OraError(1001, ["ORA-01001: invalid cursor"]);
}

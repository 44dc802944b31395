/** One of Seedbed's statements: its text has its tag as a comment, its binds are declared. */
export interface Statement<Binds extends string = string, Outs extends string = string> {
  /** For example `seedbed:open-job`; the SQL has the same text as a comment. */
  tag: string;
  kind: "query" | "block";
  sql: string;
  binds: Record<Binds, "text" | "number">;
  /** OUT binds of a block. `maxBytes` limits a string. */
  outs: Record<Outs, { type: "text"; maxBytes: number } | { type: "number" }>;
}

export type Cell = string | number | Date | null;

/** A session on the source database. The adapter limits the duration of every call. */
export interface SourceDatabase {
  /** Rows as objects, column names in upper case. Throws `DatabaseError`. */
  query(statement: Statement, binds: Record<string, Cell>): Promise<Record<string, Cell>[]>;
  /** OUT binds by name. Throws `DatabaseError`. */
  block(statement: Statement, binds: Record<string, Cell>): Promise<Record<string, Cell>>;
  /** Never rejects: it must not decide over what was done before. */
  close(): Promise<void>;
}

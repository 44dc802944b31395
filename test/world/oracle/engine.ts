/** The interface behind the wire protocol: the TNS server decodes a call, and an engine answers it. */
export interface Engine {
  /** The account for a logon, null when there is none (the server plays on and answers ORA-01017). */
  account(user: string): Account | null;
  /** Services that the listener knows. */
  services: readonly string[];
  /** Answers one call, or throws OraError. `signal` is aborted by a break or a lost connection. */
  execute(call: Call, signal: AbortSignal): Promise<Answer>;
  /** The session is over, whatever the reason: what was attached is detached. */
  ended(session: Session): void;
}

export interface Account {
  password: string;
  locked: boolean;
}

export interface Session {
  id: number;
  user: string;
  service: string;
  /** As the client set them at logon or by piggyback. */
  module: string;
  action: string;
  /** Values that an engine keeps for this session (NLS settings, attached jobs). */
  state: Map<string, unknown>;
}

export type Value = string | number | Date | Buffer | null;

export interface Call {
  session: Session;
  kind: "query" | "block" | "dml" | "ddl";
  sql: string;
  /** By name in upper case; SQL binds that occur twice share one value. */
  binds: Map<string, Bind>;
}

export interface Bind {
  type: "text" | "number" | "date" | "timestamp" | "raw" | "clob" | "boolean";
  /** Null for a bind that is OUT only. */
  value: Value;
  maxBytes: number;
}

export interface Column {
  name: string;
  type: "text" | "number" | "date" | "timestamp" | "raw" | "clob";
  maxBytes?: number;
}

export type Answer =
  | { kind: "rows"; columns: Column[]; rows: Value[][] }
  /** OUT binds by upper-case name; a name that is missing stays null. */
  | { kind: "out"; values: Record<string, Value> }
  | { kind: "affected"; rows: number };

/** An Oracle error as a server sends it: the code, and the whole stack as text, one line per entry. */
export class OraError extends Error {
  override readonly name = "OraError";
  readonly code: number;
  /** Position in the SQL text, 0 where Oracle gives none. */
  readonly offset: number;

  constructor(code: number, lines: string[], offset = 0) {
    super(lines.join("\n"));
    this.code = code;
    this.offset = offset;
  }
}

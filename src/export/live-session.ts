import { SeedbedError } from "../problem/error.ts";
import type { Cell, SourceDatabase, Statement } from "../ports/source-database.ts";
import { DatabaseError } from "../ports/database-error.ts";

/** How often an export may log on again: a network that fails more often will not transfer the dump either. */
const MOST_RENEWALS = 5;

/** A session that can be replaced while a job runs, because an executing job outlives the session that started it. */
export class LiveSession implements SourceDatabase {
  #database: SourceDatabase;
  readonly #connect: (() => Promise<SourceDatabase>) | undefined;
  #renewals = 0;

  /** `connect` logs on again over a new tunnel; without it, a lost session fails the export. */
  constructor(database: SourceDatabase, connect?: () => Promise<SourceDatabase>) {
    this.#database = database;
    this.#connect = connect;
  }

  query(statement: Statement, binds: Record<string, Cell>): Promise<Record<string, Cell>[]> {
    return this.#database.query(statement, binds);
  }

  block(statement: Statement, binds: Record<string, Cell>): Promise<Record<string, Cell>> {
    return this.#database.block(statement, binds);
  }

  /** Replaces the session if `error` means that it is lost. Throws the error if it means something else or no attempt is left. */
  async renewAfter(error: unknown): Promise<void> {
    if (!isLost(error) || this.#connect === undefined || this.#renewals === MOST_RENEWALS) throw error;
    this.#renewals += 1;
    const lost = this.#database;
    this.#database = await this.#connect();
    // The first session belongs to its opener; this class only closes the ones that it opened.
    if (this.#renewals > 1) await lost.close();
  }

  /** Closes the session unless it is the one that was passed in. */
  async close(): Promise<void> {
    if (this.#renewals > 0) await this.#database.close();
  }
}

/** The driver's codes for a broken connection, and that of Seedbed's watchdog. */
function isLost(error: unknown): boolean {
  if (error instanceof SeedbedError) return error.code === "source-silent";
  return error instanceof DatabaseError && /^NJS-(500|501|503|521)$/.test(error.code);
}

import { SeedbedError } from "../error.ts";
import type { Cell, SourceDatabase, Statement } from "../ports.ts";
import { DatabaseError } from "./database-error.ts";

/** How often one export may log on anew: a network that breaks more often will not carry the dump either. */
const MOST_RENEWALS = 5;

/** A session that can be replaced while a job runs: an executing job outlives the session that started it. */
export class LiveSession implements SourceDatabase {
  #database: SourceDatabase;
  readonly #connect: (() => Promise<SourceDatabase>) | undefined;
  #renewals = 0;

  /** `connect` logs on again, over a new tunnel; without it a lost session is the end. */
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

  /** Replaces a session that `error` shows to be lost. Throws the error itself when it says something else, or no more may be tried. */
  async renewAfter(error: unknown): Promise<void> {
    if (!isLost(error) || this.#connect === undefined || this.#renewals === MOST_RENEWALS) throw error;
    this.#renewals += 1;
    const lost = this.#database;
    this.#database = await this.#connect();
    // The first session is its opener's; the ones that we opened are ours.
    if (this.#renewals > 1) await lost.close();
  }

  /** Closes the session when it is not the one that was handed in. */
  async close(): Promise<void> {
    if (this.#renewals > 0) await this.#database.close();
  }
}

/** The driver's codes for a broken connection, and our own watchdog's. */
function isLost(error: unknown): boolean {
  if (error instanceof SeedbedError) return error.code === "source-silent";
  return error instanceof DatabaseError && /^NJS-(500|501|503|521)$/.test(error.code);
}

import oracledb from "oracledb";
import { DatabaseError } from "../../ports/database-error.ts";
import type { Cell, SourceDatabase, Statement } from "../../ports/source-database.ts";
import type { Tunnel } from "../../ports/source-host.ts";
import { bindValues, outValues } from "./binds.ts";
import { translateLogonError } from "./logon-errors.ts";
import { type Deadlines, withDeadline } from "./watchdog.ts";

export interface SourceLogon {
  /** The tunnel to the listener; destroyed when the source stops responding. */
  tunnel: Tunnel;
  user: string;
  password: string;
  serviceName: string;
  deadlines: Deadlines;
}

/** Logs on through a tunnel. Throws `DatabaseError` or `SeedbedError`; no message contains the password. */
export async function connectSource(logon: SourceLogon): Promise<SourceDatabase> {
  const { tunnel, deadlines } = logon;
  const connecting = oracledb.getConnection({
    user: logon.user,
    password: logon.password,
    connectString: describeConnection(tunnel, logon.serviceName),
    connectTimeout: Math.ceil(deadlines.connect / 1000),
    expireTime: 1,
  });
  const limit = { milliseconds: deadlines.connect, what: "logon" };
  const connection = await withDeadline(connecting, limit, tunnel).catch((error: unknown) => {
    throw translateLogonError(error, tunnel);
  });
  connection.callTimeout = deadlines.call;
  connection.module = "seedbed";
  return new ThinSession(connection, logon);
}

/** Requests a dedicated server, because a redirect by the listener would bypass the tunnel. */
function describeConnection(tunnel: Tunnel, serviceName: string): string {
  // The settings' schema checks service names too; parentheses would break out of the descriptor.
  if (!/^[\w.$#-]+$/.test(serviceName))
    throw new DatabaseError(`${JSON.stringify(serviceName)} is not a valid service name.`, { tag: null });
  const address = `(ADDRESS=(PROTOCOL=TCP)(HOST=${tunnel.host})(PORT=${tunnel.port}))`;
  return `(DESCRIPTION=${address}(CONNECT_DATA=(SERVER=DEDICATED)(SERVICE_NAME=${serviceName})))`;
}

class ThinSession implements SourceDatabase {
  readonly #connection: oracledb.Connection;
  readonly #tunnel: Tunnel;
  readonly #deadlines: Deadlines;

  constructor(connection: oracledb.Connection, logon: SourceLogon) {
    this.#connection = connection;
    this.#tunnel = logon.tunnel;
    this.#deadlines = logon.deadlines;
  }

  async query(statement: Statement, binds: Record<string, Cell>): Promise<Record<string, Cell>[]> {
    const result = await this.#execute(statement, binds);
    return (result.rows ?? []) as Record<string, Cell>[];
  }

  async block(statement: Statement, binds: Record<string, Cell>): Promise<Record<string, Cell>> {
    const result = await this.#execute(statement, binds);
    return outValues(statement, result.outBinds as Record<string, unknown> | undefined);
  }

  async close(): Promise<void> {
    // close() waits indefinitely for a pending call, so it is limited like a call.
    const limit = { milliseconds: this.#deadlines.grace, what: "logoff" };
    await withDeadline(this.#connection.close(), limit, this.#tunnel).catch(() => {
      // The session is lost in any case, and so is the tunnel.
    });
  }

  async #execute(statement: Statement, binds: Record<string, Cell>) {
    const { call, grace } = this.#deadlines;
    const limit = { milliseconds: call + grace, what: statement.tag };
    const calling = this.#connection.execute(statement.sql, bindValues(statement, binds), OPTIONS);
    return await withDeadline(calling, limit, this.#tunnel).catch((error: unknown) => {
      throw error instanceof Error && !("fix" in error)
        ? new DatabaseError(error.message, { tag: statement.tag, cause: error })
        : error;
    });
  }
}

const OPTIONS: oracledb.ExecuteOptions = {
  outFormat: oracledb.OUT_FORMAT_OBJECT,
  fetchTypeHandler: (column) => (column.dbType === oracledb.DB_TYPE_CLOB ? { type: oracledb.STRING } : undefined),
};

import { OraError } from "../../oracle/engine.ts";
import type { Value } from "../engine/ast.ts";
import type { Host, Work } from "../engine/host.ts";
import { parseDml, parseQuery } from "../engine/parse-query.ts";
import type { Reader } from "../engine/reader.ts";
import { runAnonymous } from "../engine/run-block.ts";
import { runQuery } from "../engine/run-query.ts";
import { ora } from "../engine/tokens.ts";
import { alterPluggable, alterSystem, type Done } from "./ddl-pdb.ts";
import {
  createDirectory,
  createProcedure,
  createTable,
  createTablespace,
  dropObject,
  parseAnonymous,
  truncateTable,
} from "./ddl-storage.ts";
import { alterUser, changeGrants, createRoleOrProfile, createUser, dropUser } from "./ddl-users.ts";
import { appendRefusal } from "./files.ts";
import { endTransaction, type Instance, type Session } from "./instance.ts";
import { changed, openHost, readStatement, requireOpen, statementScope } from "./session-host.ts";

export interface StatementResult {
  /** For example `User created.`; null for a query. */
  message: string | null;
  columns: string[];
  rows: Value[][];
}

/** Runs one statement of a session; a kill of the session ends it at the next step. */
export function* runStatement(instance: Instance, session: Session, sql: string): Work<StatementResult> {
  if (session.killed) throw ora(28, "your session has been killed");
  try {
    return yield* dispatch(instance, session, sql);
  } catch (error) {
    // Unknown statements are counted, so that a test sees them.
    if (error instanceof OraError && [900, 6550, 904, 911].includes(error.code))
      appendRefusal(instance.world, `${error.message.split("\n")[0]} <- ${sql}`);
    throw error;
  }
}

const nothing: StatementResult = { message: null, columns: [], rows: [] };

function* runNested(instance: Instance, session: Session, sql: string): Work {
  yield* dispatch(instance, session, sql);
}

function* dispatch(instance: Instance, session: Session, sql: string): Work<StatementResult> {
  const host = openHost(instance, session, { run: runNested });
  const reader = readStatement(sql);
  if (reader.isOneOf(["BEGIN", "DECLARE"])) {
    if (instance.status === "STARTED") throw ora(1507, "database not mounted");
    yield* runAnonymous(parseAnonymous(reader), host);
    return { ...nothing, message: "PL/SQL procedure successfully completed." };
  }
  if (reader.isOneOf(["SELECT", "WITH"])) {
    const query = parseQuery(reader);
    reader.expectEnd();
    return { message: null, ...runQuery(query, statementScope(host)) };
  }
  if (reader.isOneOf(["UPDATE", "DELETE", "INSERT"])) return runDml(reader, host);
  if (reader.is("COMMIT") || reader.is("ROLLBACK")) {
    const commit = reader.next().value === "COMMIT";
    reader.accept("WORK");
    reader.expectEnd();
    host.transaction(commit);
    return { ...nothing, message: commit ? "Commit complete." : "Rollback complete." };
  }
  if (reader.accept("ALTER", "SESSION")) return alterSession(reader, instance, session);
  return runDdl({ reader, instance, session, host });
}

function runDml(reader: Reader, host: Host): StatementResult {
  const dml = parseDml(reader);
  reader.expectEnd();
  const count = host.dml(dml, statementScope(host));
  const verb = { update: "updated", delete: "deleted", insert: "created" }[dml.kind];
  return { ...nothing, message: `${count} row${count === 1 ? "" : "s"} ${verb}.` };
}

function alterSession(reader: Reader, instance: Instance, session: Session): StatementResult {
  reader.expect("SET");
  if (reader.accept("CONTAINER", "=")) setContainer(reader, instance, session);
  else if (reader.accept("CURRENT_SCHEMA", "=")) {
    const name = reader.name();
    if (!session.container.users.some((user) => user.name === name)) throw ora(1435, "user does not exist");
    session.schema = name;
  } else {
    const name = reader.name();
    if (!/^NLS_|^TIME_ZONE$|^DDL_LOCK_TIMEOUT$|^RECYCLEBIN$|^PLSQL_/.test(name))
      throw ora(2248, "invalid option for ALTER SESSION");
    reader.expect("=");
    reader.next();
  }
  reader.expectEnd();
  return { ...nothing, message: "Session altered." };
}

function setContainer(reader: Reader, instance: Instance, session: Session): void {
  // A bare CDB$ROOT is one name; the tokenizer keeps its dollar sign.
  const name = reader.name();
  const container = instance.database.containers.find((at) => at.name === name);
  if (!container) throw ora(65011, `Pluggable database ${name} does not exist.`);
  if (!session.sysdba) throw ora(1031, "insufficient privileges");
  if ([...instance.pending.values()].some((pending) => pending.session === session))
    throw ora(65023, "active transaction exists in container");
  session.container = container;
}

interface Ddl {
  reader: Reader;
  instance: Instance;
  session: Session;
  host: Host;
}

/** DDL commits what is open before it, whether it succeeds or not. */
function runDdl(ddl: Ddl): StatementResult {
  const { instance, session } = ddl;
  endTransaction(instance, session, true);
  const done = alterOrOther(ddl);
  if (done.event !== null) changed(instance, session, done.event);
  return { ...nothing, message: done.message };
}

function alterOrOther(ddl: Ddl): Done {
  const { reader, instance, session } = ddl;
  if (reader.accept("ALTER", "PLUGGABLE", "DATABASE")) return alterPluggable(reader, instance, session);
  if (reader.accept("ALTER", "SYSTEM")) return alterSystem(reader, instance, session);
  requireOpen(instance, session);
  if (reader.accept("ALTER", "USER")) return alterUser(reader, instance, session);
  if (reader.accept("DROP", "USER")) return dropUser(reader, instance, session);
  if (reader.accept("DROP")) return dropObject(reader, session);
  if (reader.accept("GRANT")) return changeGrants(reader, session, true);
  if (reader.accept("REVOKE")) return changeGrants(reader, session, false);
  if (reader.accept("TRUNCATE", "TABLE")) return truncateTable(reader, session);
  if (reader.accept("PURGE", "DBA_RECYCLEBIN")) return { message: "DBA Recyclebin purged.", event: null };
  reader.expect("CREATE");
  return create(ddl);
}

function create(ddl: Ddl): Done {
  const { reader, instance, session } = ddl;
  const replace = reader.accept("OR", "REPLACE");
  if (reader.accept("DIRECTORY")) return createDirectory(reader, session, replace);
  if (reader.accept("PROCEDURE")) return createProcedure(reader, session, replace);
  if (replace) throw ora(922, "missing or invalid option");
  if (reader.accept("USER")) return createUser(reader, instance, session);
  if (reader.accept("BIGFILE", "TABLESPACE") || reader.accept("SMALLFILE", "TABLESPACE") || reader.accept("TABLESPACE"))
    return createTablespace(reader, instance, session);
  if (reader.accept("TABLE")) return createTable(reader, session, statementScope(ddl.host));
  return createRoleOrProfile(reader, instance, session);
}

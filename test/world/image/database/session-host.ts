import { OraError } from "../../oracle/engine.ts";
import type { Dml, Value } from "../engine/ast.ts";
import type { Host, Relation, Scope, Work } from "../engine/host.ts";
import { openReader } from "../engine/parse-query.ts";
import { sessionScope } from "../engine/run-block.ts";
import { ora } from "../engine/tokens.ts";
import { findRoutine } from "./ddl-storage.ts";
import { endTransaction, journal, saveState, type Instance, type Session } from "./instance.ts";
import { callPackage } from "./packages.ts";
import { requireRight } from "./privileges.ts";
import { changeRows, findTable, recordsOf } from "./tables.ts";
import { readView } from "./views.ts";

/** What the host needs of the statement runner, handed in so that the two files do not import each other. */
export interface Runner {
  run(instance: Instance, session: Session, sql: string): Work;
}

/** The engine's view of one session. */
export function openHost(instance: Instance, session: Session, runner: Runner): Host {
  const host: Host = {
    relation: (path, link) => relation(instance, session, { path, link }),
    sysContext: (namespace, name) => sysContext(instance, session, { namespace, name }),
    user: () => session.effective,
    now: () => new Date(),
    storedRoutine: (path) => findRoutine(session, path),
    become: (user) => become(session, user),
    packageCall: (name, args) => packageCall({ instance, session, runner }, name, args),
    dml: (dml: Dml, scope: Scope) => {
      requireOpen(instance, session);
      return changeRows(instance, session, { dml, scope });
    },
    execute: (sql) => runner.run(instance, session, sql),
    transaction: (commit) => {
      if (endTransaction(instance, session, commit)) changed(instance, session, commit ? "COMMIT" : "ROLLBACK");
    },
  };
  return host;
}

function become(session: Session, user: string): string {
  const before = session.effective;
  session.effective = user;
  session.schema = user;
  return before;
}

/** Saves and journals; every change of the database passes here. */
export function changed(instance: Instance, session: Session, event: string): void {
  saveState(instance);
  journal(instance, { program: session.program, event, tag: session.tag });
}

/** ORA-01109 for a statement that needs data in a closed database. */
export function requireOpen(instance: Instance, session: Session): void {
  if (instance.status !== "OPEN") throw ora(1109, "database not open");
  const state = instance.pdbs.get(session.container.name);
  if (state?.mode === "MOUNTED") throw ora(1109, "database not open");
}

function relation(instance: Instance, session: Session, source: { path: string[]; link: string | null }): Relation {
  const { path, link } = source;
  const name = path.at(-1)!;
  if (link !== null) {
    const known = session.container.links.some(
      (at) => at.name === link && (at.owner === session.effective || at.owner === "PUBLIC"),
    );
    throw known
      ? ora(12541, "Cannot connect. No listener at that host.")
      : ora(2019, "connection description for remote database not found");
  }
  const view =
    path.length === 1 || path[0] === "SYS"
      ? readView(name, { instance, session, container: session.container, world: instance.world })
      : undefined;
  if (!view) {
    requireOpen(instance, session);
    const table = findTable(session.container, path, session.schema);
    if (table.owner !== session.effective) requireRight(session, "SELECT ANY TABLE");
    return { columns: table.columns, rows: recordsOf(table) };
  }
  if (!view.always) requireOpen(instance, session);
  if (name !== "DUAL") requireRight(session, "SELECT_CATALOG_ROLE");
  return { columns: view.columns, rows: view.rows };
}

function sysContext(instance: Instance, session: Session, of: { namespace: string; name: string }): string | null {
  if (of.namespace !== "USERENV") throw ora(2003, "invalid USERENV parameter");
  const values: Record<string, string> = {
    CON_NAME: session.container.name,
    CON_ID: String(session.container.conId),
    SESSION_USER: session.user,
    CURRENT_USER: session.effective,
    CURRENT_SCHEMA: session.schema,
    DB_NAME: session.container.name,
    CDB_NAME: instance.sid,
    INSTANCE_NAME: instance.sid,
    SID: String(session.id),
    SESSIONID: String(session.id),
    ISDBA: session.sysdba ? "TRUE" : "FALSE",
    ORACLE_HOME: "/opt/oracle/product",
  };
  const value = values[of.name];
  if (value === undefined) throw ora(2003, "invalid USERENV parameter");
  return value;
}

function packageCall(
  at: { instance: Instance; session: Session; runner: Runner },
  name: string,
  args: Map<string | number, Value>,
) {
  const { instance, session, runner } = at;
  if (!name.startsWith("DBMS_OUTPUT.")) requireOpen(instance, session);
  return callPackage(name, {
    instance,
    session,
    args,
    changed: (event) => changed(instance, session, event),
    runAs: (userId, sql) => {
      const owner = session.container.users.find((user) => user.id === userId);
      if (!owner) throw ora(1435, "user does not exist");
      const before = { effective: session.effective, schema: session.schema, sysdba: session.sysdba };
      Object.assign(session, { effective: owner.name, schema: owner.name, sysdba: false });
      try {
        runNow(runner.run(instance, session, sql));
      } finally {
        Object.assign(session, before);
      }
    },
  });
}

/** Drives work that may not wait. */
function runNow(work: Work): void {
  for (const step of work) if (step > 0) throw new OraError(600, ["ORA-00600: DDL waited"]);
}

/** The scope for a statement that is not in a block. */
export function statementScope(host: Host): Scope {
  return sessionScope(host);
}

/** A reader of a statement's text. */
export function readStatement(sql: string): ReturnType<typeof openReader> {
  return openReader(sql);
}

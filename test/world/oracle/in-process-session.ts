import { DatabaseError } from "../../../src/ports/database-error.ts";
import type { Cell, SourceDatabase, Statement } from "../../../src/ports/source-database.ts";
import { type Answer, type Bind, type Engine, OraError, type Session } from "./engine.ts";

let nextSession = 1_000_000;

/** A session on an engine without wire and driver, for tests of logic; the wire has its own. */
export function openInProcess(engine: Engine, user: string): SourceDatabase {
  const session: Session = {
    id: nextSession++,
    user,
    service: engine.services[0]!,
    module: "",
    action: "",
    state: new Map(),
  };
  const execute = async (statement: Statement, binds: Record<string, Cell>): Promise<Answer> => {
    const call = { session, kind: statement.kind, sql: statement.sql, binds: bindMap(statement, binds) };
    try {
      return await engine.execute(call, new AbortController().signal);
    } catch (error) {
      if (!(error instanceof OraError)) throw error;
      throw new DatabaseError(error.message, { tag: statement.tag, cause: error });
    }
  };
  return {
    query: async (statement, binds) => toRows(await execute(statement, binds)),
    block: async (statement, binds) => toOuts(statement, await execute(statement, binds)),
    close: async () => engine.ended(session),
  };
}

function bindMap(statement: Statement, binds: Record<string, Cell>): Map<string, Bind> {
  const map = new Map<string, Bind>();
  for (const [name, value] of Object.entries(binds)) {
    const type = statement.binds[name] ?? "text";
    map.set(name.toUpperCase(), { type, value, maxBytes: 32767 });
  }
  for (const [name, out] of Object.entries(statement.outs))
    map.set(name.toUpperCase(), { type: out.type, value: null, maxBytes: out.type === "text" ? out.maxBytes : 22 });
  return map;
}

function toRows(answer: Answer): Record<string, Cell>[] {
  if (answer.kind !== "rows") throw new Error("a query was answered without rows");
  return answer.rows.map((row) =>
    Object.fromEntries(answer.columns.map((column, index) => [column.name, row[index] as Cell])),
  );
}

function toOuts(statement: Statement, answer: Answer): Record<string, Cell> {
  if (answer.kind !== "out") throw new Error("a block was answered without OUT binds");
  const names = Object.keys(statement.outs).map((name) => name.toUpperCase());
  return Object.fromEntries(names.map((name) => [name, (answer.values[name] ?? null) as Cell]));
}

import { existsSync, readdirSync } from "node:fs";
import { type Account, type Answer, type Call, type Engine, OraError, type Session, type Value } from "../engine.ts";
import { checkQuery } from "./check-query.ts";
import { DataPump, type PumpCounts } from "./datapump/pump.ts";
import { recognise } from "./declared-statements.ts";
import { type Asker, answerQuery } from "./dictionary.ts";
import { DEFAULT_SETTINGS, type SourceOptions, type SourceSettings } from "./options.ts";
import type { Scalar } from "./plsql/packages.ts";
import { runBlock } from "./plsql/run-block.ts";
import { sessionPackages } from "./session-packages.ts";
import { SourceData } from "./source-data.ts";

/** What the database counted, from its own side. */
export interface SourceCounts {
  exports: PumpCounts;
  jobs_left: string[];
  files_left: string[];
  statements_refused: number;
  /** Tags in the order in which they ran. */
  statements: string[];
  refusals: string[];
}

export interface SimulatedSource {
  engine: Engine;
  /** Change it at run time: rows, tables, objects. */
  data: SourceData;
  pump: DataPump;
  settings: SourceSettings;
  counts(): SourceCounts;
}

/** A source database behind the wire: strict on statements and binds, with a scripted Data Pump and real files. */
export function createSourceDatabase(options: SourceOptions): SimulatedSource {
  const settings: SourceSettings = { ...DEFAULT_SETTINGS, ...options.settings };
  const data = new SourceData(options.schemas);
  const pump = new DataPump({
    data,
    settings,
    directories: {
      folder: (name) => options.directories[name] ?? null,
      allows: (user, name, access) => allows(options, { user, name, access }),
      get longCounters() {
        return release(settings) >= 19;
      },
    },
    mayExportOthers: (user) => hasRole(options, user, /^(DATAPUMP_)?EXP_FULL_DATABASE$/),
    mayCreateTables: (user) => mayCreateTables(options, user),
  });
  const log = { statements: [] as string[], refusals: [] as string[] };
  const engine = new SourceEngine({ options, settings, data, pump, log });
  const counts = () => ({
    exports: { ...pump.counts },
    jobs_left: pump.jobs.map((job) => `${job.owner}.${job.name}`),
    files_left: Object.values(options.directories)
      .flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
      .sort(),
    statements_refused: log.refusals.length,
    statements: [...log.statements],
    refusals: [...log.refusals],
  });
  return { engine, data, pump, settings, counts };
}

interface Parts {
  options: SourceOptions;
  settings: SourceSettings;
  data: SourceData;
  pump: DataPump;
  log: { statements: string[]; refusals: string[] };
}

class SourceEngine implements Engine {
  readonly services: readonly string[];
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.services = parts.options.services;
  }

  account(user: string): Account | null {
    const account = this.#parts.options.accounts[user.toUpperCase()];
    return account === undefined ? null : { password: account.password, locked: account.locked ?? false };
  }

  async execute(call: Call, signal: AbortSignal): Promise<Answer> {
    const statement = recognise(call);
    if ("refused" in statement) {
      this.#parts.log.refusals.push(statement.refused);
      if (call.kind === "block")
        throw new OraError(6550, ["ORA-06550: line 1, column 7:", "PLS-00201: identifier must be declared"]);
      throw new OraError(900, ["ORA-00900: invalid SQL statement"]);
    }
    this.#parts.log.statements.push(statement.tag);
    const values = new Map([...call.binds].map(([name, bind]) => [name, bind.value]));
    if (call.kind === "query") return this.#query(statement.tag, call, values);
    return await this.#block(call, values, signal);
  }

  ended(session: Session): void {
    this.#parts.pump.end(session.id);
  }

  #query(tag: string, call: Call, values: ReadonlyMap<string, Value>): Answer {
    const asker = this.#asker(call.session);
    const catalog = asker.account.roles?.some((role) => role === "SELECT_CATALOG_ROLE") ?? false;
    checkQuery(call.sql, { catalog, release: release(asker.settings) });
    const answer = answerQuery(tag, asker, values);
    if (answer === null) throw new OraError(900, ["ORA-00900: invalid SQL statement"]);
    return answer;
  }

  async #block(call: Call, values: ReadonlyMap<string, Value>, signal: AbortSignal): Promise<Answer> {
    const { pump } = this.#parts;
    const session = pump.session(call.session.id, call.session.user.toUpperCase());
    const binds = new Map([...values].map(([name, value]) => [name, toScalar(value)]));
    const outs = await runBlock(call.sql, binds, sessionPackages(pump, session, signal));
    return { kind: "out", values: outs };
  }

  #asker(session: Session): Asker {
    const user = session.user.toUpperCase();
    const { options, settings, data, pump } = this.#parts;
    return { user, account: options.accounts[user]!, options, settings, data, pump };
  }
}

function toScalar(value: Value): Scalar {
  if (value === null || typeof value === "string" || typeof value === "number") return value === "" ? null : value;
  throw new OraError(6550, ["ORA-06550: line 1, column 1:", "PLS-00306: wrong number or types of arguments"]);
}

function release(settings: SourceSettings): number {
  return Number.parseInt(settings.version, 10);
}

function hasRole(options: SourceOptions, user: string, role: RegExp): boolean {
  return options.accounts[user]?.roles?.some((one) => role.test(one)) ?? false;
}

function mayCreateTables(options: SourceOptions, user: string): boolean {
  const account = options.accounts[user];
  const privileges = account?.privileges ?? [];
  const room = privileges.includes("UNLIMITED TABLESPACE") || (account?.quota ?? 0) !== 0;
  return privileges.includes("CREATE TABLE") && room;
}

function allows(options: SourceOptions, what: { user: string; name: string; access: "READ" | "WRITE" }): boolean {
  const granted = options.accounts[what.user]?.directories;
  if (granted === undefined) return what.name in options.directories;
  return granted[what.name]?.includes(what.access) ?? false;
}

import type { Cell, SourceDatabase, Statement } from "../ports/source-database.ts";
import type { AccountState } from "./check-account.ts";
import type { DatabaseState } from "./check-database.ts";
import { readAccount, readDirectories, readPrivileges, readQuotas, readRoles } from "./statements/account.ts";
import { readDirectoryPrivileges } from "./statements/grants.ts";
import { readDatabase, readFullVersion, readInstance } from "./statements/instance.ts";
import { readCharacterSets, readObjectPaths, readTimeZoneFile } from "./statements/settings.ts";
import { DatabaseError } from "../ports/database-error.ts";

/** Name of the source in the settings, and the service of the connection. */
export interface SourceName {
  source: string;
  service: string;
}

/** Reads identity, state and settings of the database. */
export async function readDatabaseState(database: SourceDatabase, name: SourceName): Promise<DatabaseState> {
  const { VERSION: short } = await readOne(database, readInstance);
  const release = Number.parseInt(text(short), 10);
  const full = release >= 18 ? (await readOne(database, readFullVersion))["VERSION_FULL"] : null;
  const row = await readOne(database, readDatabase);
  const sets = await readColumns(database, readCharacterSets, ["PARAMETER", "VALUE"]);
  const charsets = new Map(sets.map(([parameter, value]) => [parameter, value]));
  const zone = await readOne(database, readTimeZoneFile);
  const facts = {
    name: name.source,
    service: name.service,
    dbid: text(row["DBID"]),
    version: text(full ?? short),
    charset: text(charsets.get("NLS_CHARACTERSET")),
    nationalCharset: text(charsets.get("NLS_NCHAR_CHARACTERSET")),
    timeZoneFile: Number(zone["VERSION"]),
  };
  const objectPaths = await readPaths(database);
  return { facts, release, openMode: text(row["OPEN_MODE"]), role: text(row["DATABASE_ROLE"]), objectPaths };
}

/** Reads the account's identity and privileges. */
export async function readAccountState(database: SourceDatabase, directory: string): Promise<AccountState> {
  const account = await readOne(database, readAccount);
  const quotas = await database.query(readQuotas, {});
  const directories = await readColumns(database, readDirectories, ["DIRECTORY_NAME", "DIRECTORY_PATH"]);
  const grants = await database.query(readDirectoryPrivileges, { directory });
  return {
    name: text(account["USERNAME"]),
    defaultTablespace: text(account["DEFAULT_TABLESPACE"]),
    privileges: (await readColumns(database, readPrivileges, ["PRIVILEGE"])).flat(),
    roles: (await readColumns(database, readRoles, ["ROLE"])).flat(),
    quotas: quotas.map((row) => ({
      tablespace: text(row["TABLESPACE_NAME"]),
      used: Number(row["BYTES"]),
      limit: Number(row["MAX_BYTES"]),
    })),
    directories: new Map(directories.map(([name, path]) => [name!, path!])),
    directoryPrivileges: grants.map((row) => text(row["PRIVILEGE"])),
  };
}

async function readPaths(database: SourceDatabase): Promise<DatabaseState["objectPaths"]> {
  const rows = await readColumns(database, readObjectPaths, ["JOB_MODE", "OBJECT_PATH"]);
  const of = (mode: string) => rows.filter((row) => row[0] === mode).map((row) => row[1]!);
  return { SCHEMA: of("SCHEMA"), TABLE: of("TABLE") };
}

async function readOne(database: SourceDatabase, statement: Statement): Promise<Record<string, Cell>> {
  const [row] = await database.query(statement, {});
  if (row !== undefined) return row;
  throw new DatabaseError("The statement returned no row.", { tag: statement.tag });
}

async function readColumns(
  database: SourceDatabase,
  statement: Statement,
  columns: readonly string[],
): Promise<string[][]> {
  const rows = await database.query(statement, {});
  return rows.map((row) => columns.map((column) => text(row[column])));
}

function text(cell: Cell | undefined): string {
  return cell === null || cell === undefined ? "" : String(cell);
}

import { existsSync } from "node:fs";
import { parseBlock, parseOptionalParameters, parseRoutineBody } from "../engine/parse-block.ts";
import { openReader, parseQuery } from "../engine/parse-query.ts";
import type { Reader } from "../engine/reader.ts";
import { runQuery } from "../engine/run-query.ts";
import type { Scope, StoredRoutine } from "../engine/host.ts";
import { ora } from "../engine/tokens.ts";
import type { Done } from "./ddl-pdb.ts";
import { createDatafile, hostPath } from "./files.ts";
import type { Instance, Session } from "./instance.ts";
import { findUser, requireRight } from "./privileges.ts";
import { findTable } from "./tables.ts";

function bytes(reader: Reader): number {
  if (reader.accept("UNLIMITED")) return 34_359_721_984;
  const token = reader.next();
  if (token.kind !== "number") throw reader.unexpected("a size");
  const unit = ["K", "M", "G", "T"].find((at) => reader.accept(at));
  return Number(token.value) * (unit ? 1024 ** ("KMGT".indexOf(unit) + 1) : 1);
}

/** CREATE [BIGFILE] TABLESPACE, after that. */
export function createTablespace(reader: Reader, instance: Instance, session: Session): Done {
  requireRight(session, "CREATE TABLESPACE");
  const { container } = session;
  const name = reader.name();
  if (!reader.accept("DATAFILE")) throw ora(2199, "missing DATAFILE/TEMPFILE clause");
  const path = reader.textValue();
  reader.expect("SIZE");
  const size = bytes(reader);
  const reuse = reader.accept("REUSE");
  const autoextend = reader.accept("AUTOEXTEND", "ON");
  let maxBytes = size;
  if (autoextend && reader.accept("NEXT")) bytes(reader);
  if (autoextend) maxBytes = reader.accept("MAXSIZE") ? bytes(reader) : 34_359_721_984;
  reader.expectEnd();
  if (container.tablespaces.some((at) => at.name === name)) throw ora(1543, `tablespace '${name}' already exists`);
  if (!path.startsWith("/"))
    throw ora(1119, `error in creating database file '${path}'\nORA-27040: file create error, unable to create file`);
  const used = instance.database.containers.some((at) =>
    at.tablespaces.some(({ files }) => files.some((file) => file.path === path)),
  );
  if (used) throw ora(1537, `cannot add file '${path}' - file already part of database`);
  if (existsSync(hostPath(instance.root, path)) && !reuse)
    throw ora(1119, `error in creating database file '${path}'\nORA-27038: created file already exists`);
  createDatafile(instance.root, path);
  container.tablespaces.push({ name, temporary: false, files: [{ path, bytes: size, maxBytes, autoextend }] });
  return { message: "Tablespace created.", event: `CREATE TABLESPACE ${name}` };
}

/** CREATE [OR REPLACE] DIRECTORY, after that. */
export function createDirectory(reader: Reader, session: Session, replace: boolean): Done {
  requireRight(session, "CREATE ANY DIRECTORY");
  const { container } = session;
  const name = reader.name();
  reader.expect("AS");
  const path = reader.textValue();
  reader.expectEnd();
  if (!replace && container.directories.some((at) => at.name === name))
    throw ora(955, "name is already used by an existing object");
  container.directories = [...container.directories.filter((at) => at.name !== name), { name, path }];
  return { message: "Directory created.", event: `CREATE DIRECTORY ${name}` };
}

/** DROP TABLESPACE | DIRECTORY | ROLE | PROFILE | [PUBLIC] DATABASE LINK | TABLE | PROCEDURE, after DROP. */
export function dropObject(reader: Reader, session: Session): Done {
  const { container } = session;
  if (reader.is("DATABASE", "LINK") || reader.is("PUBLIC", "DATABASE", "LINK")) return dropLink(reader, session);
  if (reader.accept("TABLE")) return dropTable(reader, session);
  requireRight(session, "DBA");
  const kind = reader.name();
  const name = kind === "PROCEDURE" || kind === "FUNCTION" ? reader.path() : [reader.name()];
  const last = name.at(-1)!;
  if (kind === "TABLESPACE") while (reader.token.kind === "name") reader.next();
  reader.expectEnd();
  const missing: Record<string, [boolean, number, string]> = {
    DIRECTORY: [container.directories.some((at) => at.name === last), 4043, `Object ${last} does not exist.`],
    ROLE: [container.roles.includes(last), 1919, `role '${last}' does not exist`],
    PROFILE: [container.profiles.includes(last), 2380, `profile ${last} does not exist`],
    TABLESPACE: [container.tablespaces.some((at) => at.name === last), 959, `tablespace '${last}' does not exist`],
    PROCEDURE: [
      container.objects.some((at) => at.type === kind && at.name === last),
      4043,
      `Object ${last} does not exist.`,
    ],
  };
  const check = missing[kind];
  if (!check) throw ora(950, `invalid DROP option ${kind}`);
  if (!check[0]) throw ora(check[1], check[2]);
  if (kind === "DIRECTORY") container.directories = container.directories.filter((at) => at.name !== last);
  if (kind === "ROLE") container.roles = container.roles.filter((role) => role !== last);
  if (kind === "PROFILE") container.profiles = container.profiles.filter((at) => at !== last);
  if (kind === "TABLESPACE") container.tablespaces = container.tablespaces.filter((at) => at.name !== last);
  const owner = name.length > 1 ? name[0] : session.schema;
  if (kind === "PROCEDURE")
    container.objects = container.objects.filter((at) => !(at.type === kind && at.name === last && at.owner === owner));
  return { message: `${kind[0]}${kind.slice(1).toLowerCase()} dropped.`, event: `DROP ${kind} ${last}` };
}

/** A private link belongs to the schema of whoever drops it: not even SYS reaches another's (ORA-02024). */
function dropLink(reader: Reader, session: Session): Done {
  const isPublic = reader.accept("PUBLIC");
  reader.expect("DATABASE", "LINK");
  const name = reader.path().join(".");
  reader.expectEnd();
  const owner = isPublic ? "PUBLIC" : session.effective;
  const { container } = session;
  if (isPublic) requireRight(session, "DROP PUBLIC DATABASE LINK");
  if (!container.links.some((link) => link.owner === owner && link.name === name))
    throw ora(2024, "database link not found");
  container.links = container.links.filter((link) => !(link.owner === owner && link.name === name));
  return { message: "Database link dropped.", event: `DROP DATABASE LINK ${owner}.${name}` };
}

function dropTable(reader: Reader, session: Session): Done {
  const table = findTable(session.container, reader.path(), session.schema);
  if (reader.accept("CASCADE")) reader.expect("CONSTRAINTS");
  reader.accept("PURGE");
  reader.expectEnd();
  session.container.tables = session.container.tables.filter((at) => at !== table);
  return { message: "Table dropped.", event: `DROP TABLE ${table.owner}.${table.name}` };
}

/** TRUNCATE TABLE, after that. */
export function truncateTable(reader: Reader, session: Session): Done {
  const table = findTable(session.container, reader.path(), session.schema);
  reader.expectEnd();
  table.rows = [];
  return { message: "Table truncated.", event: `TRUNCATE TABLE ${table.owner}.${table.name}` };
}

/** CREATE TABLE t (columns) or AS SELECT, after CREATE TABLE. */
export function createTable(reader: Reader, session: Session, scope: Scope): Done {
  const path = reader.path();
  const { container } = session;
  const owner = path.length > 1 ? path[0]! : session.schema;
  const name = path.at(-1)!;
  findUser(container, owner);
  if ([...container.tables, ...container.objects].some((at) => at.owner === owner && at.name === name))
    throw ora(955, `name is already used by an existing object`);
  const table = { owner, name, columns: [] as string[], rows: [] as (string | number | null)[][] };
  if (reader.accept("AS")) {
    const result = runQuery(parseQuery(reader), scope);
    table.columns = result.columns;
    table.rows = result.rows.map((row) =>
      row.map((value) => (value instanceof Date || typeof value === "boolean" ? String(value) : value)),
    );
  } else table.columns = columnNames(reader);
  reader.expectEnd();
  container.tables.push(table);
  return { message: "Table created.", event: `CREATE TABLE ${owner}.${name}` };
}

function columnNames(reader: Reader): string[] {
  reader.expect("(");
  const columns = reader.list(() => {
    const name = reader.name();
    reader.name();
    let depth = 0;
    while (depth > 0 || !reader.isOneOf([",", ")"])) {
      if (reader.token.kind === "end") throw reader.unexpected(")");
      depth += reader.is("(") ? 1 : reader.is(")") ? -1 : 0;
      reader.next();
    }
    return name;
  });
  reader.expect(")");
  return columns;
}

/** CREATE [OR REPLACE] PROCEDURE, after that: parsed now, kept as text, run with its owner's rights. */
export function createProcedure(reader: Reader, session: Session, replace: boolean): Done {
  const path = reader.path();
  const owner = path.length > 1 ? path[0]! : session.schema;
  const name = path.at(-1)!;
  findUser(session.container, owner);
  const parameters = parseOptionalParameters(reader);
  if (reader.accept("AUTHID", "CURRENT_USER")) throw ora(900, "AUTHID CURRENT_USER is not known here");
  reader.accept("AUTHID", "DEFINER");
  if (!reader.accept("AS")) reader.expect("IS");
  parseRoutineBody(reader);
  const same = session.container.objects.find((at) => at.owner === owner && at.name === name);
  if (same && (!replace || same.type !== "PROCEDURE")) throw ora(955, "name is already used by an existing object");
  const objects = session.container.objects.filter((at) => at !== same);
  session.container.objects = [
    ...objects,
    {
      owner,
      type: "PROCEDURE",
      name,
      status: "VALID",
      detail: { source: reader.text, parameters: String(parameters.length) },
    },
  ];
  return { message: "Procedure created.", event: `CREATE PROCEDURE ${owner}.${name}` };
}

/** A stored procedure, parsed from its text. */
export function findRoutine(session: Session, path: string[]): StoredRoutine | null {
  const owner = path.length > 1 ? path[0]! : session.schema;
  const object = session.container.objects.find(
    (at) => at.type === "PROCEDURE" && at.owner === owner && at.name === path.at(-1),
  );
  const source = object?.detail["source"];
  if (!source) return null;
  const reader = openReader(source);
  while (!reader.accept("PROCEDURE")) reader.next();
  reader.path();
  const parameters = parseOptionalParameters(reader);
  reader.accept("AUTHID", "DEFINER");
  reader.next();
  return { parameters, block: parseRoutineBody(reader), owner };
}

/** A whole anonymous block. */
export function parseAnonymous(reader: Reader): ReturnType<typeof parseBlock> {
  const block = parseBlock(reader);
  reader.expectEnd();
  return block;
}

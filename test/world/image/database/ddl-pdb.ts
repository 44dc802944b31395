import type { Reader } from "../engine/reader.ts";
import { ora } from "../engine/tokens.ts";
import { requireDatafiles, type Instance, type Session } from "./instance.ts";
import { effectiveParameter, PARAMETERS, takeNextParameters } from "./parameters.ts";
import { hostPath } from "./files.ts";
import { registerServices } from "./registration.ts";
import { requireRight } from "./privileges.ts";
import { writeFileSync, realpathSync } from "node:fs";
import { join } from "node:path";

/** What a statement did, as SQL*Plus reports it. */
export interface Done {
  message: string;
  /** For the journal; null when nothing changed. */
  event: string | null;
}

/** ALTER PLUGGABLE DATABASE p OPEN | CLOSE | SAVE STATE | DISCARD STATE, after those three words. */
export function alterPluggable(reader: Reader, instance: Instance, session: Session): Done {
  requireRight(session, "SYSDBA");
  if (instance.status !== "OPEN") throw ora(65054, "Cannot open a pluggable database in the desired mode.");
  if (reader.accept("ALL")) return openedAll(reader, instance);
  const named = !reader.isOneOf(["OPEN", "CLOSE", "SAVE", "DISCARD"]);
  const name = named ? reader.name() : session.container.name;
  const state = instance.pdbs.get(name);
  if (!state || name === "PDB$SEED") throw ora(65011, `Pluggable database ${name} does not exist.`);
  if (session.container.conId !== 1 && session.container.name !== name)
    throw ora(65118, "operation affecting a pluggable database cannot be performed from another pluggable database");
  if (reader.accept("SAVE", "STATE")) return saved(reader, instance, name);
  if (reader.accept("DISCARD", "STATE")) {
    reader.expectEnd();
    instance.database.savedStates = instance.database.savedStates.filter(({ conName }) => conName !== name);
    return altered("DISCARD STATE");
  }
  return reader.accept("CLOSE") ? closed(reader, instance, name) : opened(reader, instance, name);
}

/** ALL OPEN: every mounted one, to everybody; those that are open stay as they are. */
function openedAll(reader: Reader, instance: Instance): Done {
  reader.expect("OPEN");
  reader.expectEnd();
  for (const state of instance.pdbs.values())
    if (state.mode === "MOUNTED") Object.assign(state, { mode: "READ WRITE", restricted: false });
  return altered("ALL OPEN");
}

function altered(event: string): Done {
  return { message: "Pluggable database altered.", event: `ALTER PLUGGABLE DATABASE ${event}` };
}

function saved(reader: Reader, instance: Instance, name: string): Done {
  reader.expectEnd();
  const state = instance.pdbs.get(name)!;
  const rest = instance.database.savedStates.filter(({ conName }) => conName !== name);
  // A closed one is saved as no row at all: mounted after the next start.
  instance.database.savedStates =
    state.mode === "MOUNTED" ? rest : [...rest, { conName: name, restricted: state.restricted }];
  return altered("SAVE STATE");
}

function closed(reader: Reader, instance: Instance, name: string): Done {
  reader.accept("IMMEDIATE");
  reader.expectEnd();
  const state = instance.pdbs.get(name)!;
  if (state.mode === "MOUNTED") throw ora(65020, `pluggable database ${name} already closed`);
  for (const other of instance.sessions) if (other.container.name === name) other.killed = true;
  Object.assign(state, { mode: "MOUNTED", restricted: false });
  return altered("CLOSE");
}

function opened(reader: Reader, instance: Instance, name: string): Done {
  reader.expect("OPEN");
  const readOnly = reader.accept("READ", "ONLY");
  if (!readOnly) reader.accept("READ", "WRITE");
  const restricted = reader.accept("RESTRICTED");
  const force = reader.accept("FORCE");
  reader.expectEnd();
  const state = instance.pdbs.get(name)!;
  if (state.mode !== "MOUNTED" && !force) throw ora(65019, `pluggable database ${name} already open`);
  const container = instance.database.containers.find((at) => at.name === name)!;
  requireDatafiles(instance, container);
  if (state.mode === "MOUNTED") takeNextParameters(container);
  Object.assign(state, { mode: readOnly ? "READ ONLY" : "READ WRITE", restricted });
  return altered(`OPEN ${state.mode}${restricted ? " RESTRICTED" : ""}`);
}

/** ALTER SYSTEM …, after those two words. */
export function alterSystem(reader: Reader, instance: Instance, session: Session): Done {
  requireRight(session, "ALTER SYSTEM");
  const done = (event: string | null): Done => ({
    message: "System altered.",
    event: event && `ALTER SYSTEM ${event}`,
  });
  for (const [word, restricted] of [
    ["ENABLE", true],
    ["DISABLE", false],
  ] as const) {
    if (!reader.accept(word, "RESTRICTED", "SESSION")) continue;
    reader.expectEnd();
    if (session.container.conId === 1) instance.restrictedRoot = restricted;
    else instance.pdbs.get(session.container.name)!.restricted = restricted;
    return done(`${word} RESTRICTED SESSION`);
  }
  if (reader.accept("REGISTER")) {
    reader.expectEnd();
    registerServices(instance.root);
    return done(null);
  }
  if (reader.accept("CHECKPOINT")) {
    reader.expectEnd();
    return done(null);
  }
  if (reader.accept("KILL", "SESSION")) return killSession(reader, instance, session);
  if (reader.accept("RESET")) return done(resetParameter(reader, session));
  reader.expect("SET");
  return done(setParameter(reader, instance, session));
}

function resetParameter(reader: Reader, session: Session): string {
  const name = reader.name().toLowerCase();
  const scope = reader.accept("SCOPE", "=") ? reader.name() : "BOTH";
  reader.expectEnd();
  const { container } = session;
  const known = PARAMETERS[name];
  if (!known) throw ora(2065, "illegal option for ALTER SYSTEM");
  if (known.system === "FALSE" && scope !== "SPFILE")
    throw ora(2095, "specified initialization parameter cannot be modified");
  if ((container.nextParameters?.[name] ?? container.parameters[name] ?? null) === null)
    throw ora(32010, "cannot find entry to delete in SPFILE");
  if (scope === "SPFILE") container.nextParameters = { ...container.nextParameters, [name]: null };
  else delete container.parameters[name];
  return `RESET ${name}`;
}

function killSession(reader: Reader, instance: Instance, session: Session): Done {
  const [sid, serial] = reader.textValue().split(",").map(Number);
  reader.accept("IMMEDIATE");
  reader.expectEnd();
  const victim = [...instance.sessions].find((at) => at.id === sid && at.serial === serial);
  if (!victim) throw ora(30, "User session ID does not exist.");
  if (victim === session) throw ora(27, "cannot kill current session");
  victim.killed = true;
  return { message: "System altered.", event: null };
}

function parameterValue(reader: Reader): string {
  const negative = reader.accept("-");
  const token = reader.next();
  if (!["text", "number", "name"].includes(token.kind)) throw reader.unexpected("a value");
  const unit = token.kind === "number" && ["K", "M", "G"].find((at) => reader.accept(at));
  const factor = unit ? 1024 ** ("KMG".indexOf(unit) + 1) : 1;
  return token.kind === "number" ? String((negative ? -1 : 1) * Number(token.value) * factor) : token.value;
}

function setParameter(reader: Reader, instance: Instance, session: Session): string {
  const name = reader.name().toLowerCase();
  reader.expect("=");
  const value = parameterValue(reader);
  let scope = "BOTH";
  let deferred = false;
  for (;;) {
    if (reader.accept("SCOPE", "=")) scope = reader.name();
    else if (reader.accept("DEFERRED")) deferred = true;
    else if (reader.accept("CONTAINER", "=", "CURRENT")) continue;
    else break;
  }
  reader.expectEnd();
  const { container } = session;
  const known = PARAMETERS[name];
  if (!known) throw ora(2065, "illegal option for ALTER SYSTEM");
  if (container.conId !== 1 && !known.pdb) throw ora(65040, "operation not allowed from within a pluggable database");
  if (!["MEMORY", "SPFILE", "BOTH"].includes(scope)) throw ora(922, "missing or invalid option");
  if (known.system === "FALSE" && scope !== "SPFILE")
    throw ora(2095, "specified initialization parameter cannot be modified");
  if (known.system === "DEFERRED" && !deferred && scope !== "SPFILE")
    throw ora(2096, "specified initialization parameter is not modifiable with this option");
  if ((known.type === 3 || known.type === 6) && !/^-?\d+$/.test(value)) throw ora(2017, "integer value required");
  if (name === "job_queue_processes" && Number(value) < 0)
    throw ora(27400, `invalid value ${value} for job_queue_processes`);
  if (scope === "SPFILE" && container.conId !== 1) {
    container.nextParameters = { ...container.nextParameters, [name]: value };
    return `SET ${name}=${value} at the next opening`;
  }
  container.parameters[name] = value;
  if (container.conId === 1) writeSpfile(instance, container.parameters);
  return `SET ${name}=${effectiveParameter(instance.database, container, name)}`;
}

function writeSpfile(instance: Instance, parameters: Record<string, string>): void {
  const home = instance.profile.name === "ee-19c" ? "19c/dbhome_1" : "26ai/dbhomeFree";
  const file = join(hostPath(instance.root, "/opt/oracle/product"), home, "dbs", `spfile${instance.sid}.ora`);
  writeFileSync(realpathSync(file), JSON.stringify(parameters));
}

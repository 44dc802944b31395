import { ora } from "../engine/tokens.ts";
import type { Instance, Session } from "./instance.ts";
import type { Container, User } from "./model.ts";
import { holds } from "./privileges.ts";

export interface LogonRequest {
  /** `/` without a user. */
  user: string | null;
  password: string | null;
  sysdba: boolean;
  /** Through the listener: the service and whether `(UR=A)` was given. */
  service: { name: string; listener: boolean; ur: boolean } | null;
  /** `ORACLE_PDB_SID` of the client's environment. */
  pdbSid: string | null;
  program: Session["program"];
}

/** A session for a client, or the error that its logon meets. */
export function logOn(instance: Instance, request: LogonRequest): Session {
  const container = chooseContainer(instance, request);
  const session = openSession(instance, request, container);
  if (!request.sysdba) checkAccount(instance, request, container);
  instance.sessions.add(session);
  return session;
}

function chooseContainer(instance: Instance, request: LogonRequest): Container {
  const root = instance.database.containers[0]!;
  if (request.service === null) {
    // The trigger behind ORACLE_PDB_SID works for SYS and SYSTEM and swallows every error: the session stays in the root.
    const pdb = instance.database.containers.find(({ name }) => name === request.pdbSid);
    const may = request.sysdba || request.user === "SYSTEM";
    return pdb && may && instance.pdbs.get(pdb.name)?.mode === "READ WRITE" ? pdb : root;
  }
  const { name, listener, ur } = request.service;
  if (!listener) throw ora(12541, "Cannot connect. No listener at host 127.0.0.1 port 1521.");
  const container = instance.database.containers.find((at) => at.name === name.toUpperCase());
  if (!container || container.name === "PDB$SEED")
    throw ora(
      12514,
      `Cannot connect to database. Service ${name} is not registered with the listener at host 127.0.0.1 port 1521.`,
    );
  const state = instance.pdbs.get(container.name);
  if (state?.mode === "MOUNTED" || instance.status !== "OPEN")
    throw ora(12528, "Cannot connect to database. All appropriate instances are blocking new connections.");
  // The strict reading: a restricted service is blocked at the listener unless the client asks for it.
  if (state?.restricted && !ur)
    throw ora(12526, "Cannot connect to database. All appropriate instances are in restricted mode.");
  return container;
}

function openSession(instance: Instance, request: LogonRequest, container: Container): Session {
  const id = instance.nextSession;
  instance.nextSession += 1;
  const user = request.sysdba ? "SYS" : (request.user ?? "OPS$ORACLE");
  return {
    id,
    serial: 1000 + id,
    user,
    effective: user,
    schema: user,
    sysdba: request.sysdba,
    container,
    program: request.program,
    output: [],
    killed: false,
    tag: null,
  };
}

function checkAccount(instance: Instance, request: LogonRequest, container: Container): void {
  if (instance.status !== "OPEN") throw ora(1033, "ORACLE initialization or shutdown in progress");
  const name = request.user ?? "OPS$ORACLE";
  if (name === "SYS") throw ora(28009, "connection as SYS should be as SYSDBA or SYSOPER");
  const user = container.users.find((at) => at.name === name);
  const wrong = request.user !== null && (!user || user.password === null || user.password !== request.password);
  // gvenzl's image sets FAILED_LOGIN_ATTEMPTS to unlimited.
  if (user && wrong && instance.profile.name !== "gvenzl-free") user.failedLogons = (user.failedLogons ?? 0) + 1;
  if (!user || wrong) throw ora(1017, "invalid credential or not authorized; logon denied");
  if (user.locked || isTimed(user)) throw ora(28000, "The account is locked.");
  if (user.expired) throw ora(28001, "the password has expired");
  if (!holds(container, name, "CREATE SESSION"))
    throw ora(1045, `Login denied. User ${name} does not have CREATE SESSION privilege.`);
  if (instance.pdbs.get(container.name)?.restricted && !holds(container, name, "RESTRICTED SESSION"))
    throw ora(1035, "Login denied. Database is in RESTRICTED mode.");
}

/** Locked by failed logons, until PASSWORD_LOCK_TIME is over. */
export function isTimed({ failedLogons = 0 }: User): boolean {
  return failedLogons >= 10;
}

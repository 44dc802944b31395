import type { Reader } from "../engine/reader.ts";
import { ora } from "../engine/tokens.ts";
import type { Done } from "./ddl-pdb.ts";
import type { Instance, Session } from "./instance.ts";
import type { Container, User } from "./model.ts";
import { findUser, requireRight } from "./privileges.ts";

interface Clauses {
  password?: string | null;
  tablespace?: string;
  locked?: boolean;
  expired?: boolean;
  profile?: string;
  quotas: Record<string, number>;
}

/** Local users and roles live in a pluggable database; the root takes only common ones. */
export function refuseRoot(instance: Instance, session: Session): void {
  if (session.container.conId !== 1 || instance.profile.emptyCommonPrefix) return;
  throw ora(65096, "common user or role name must start with C##");
}

function readClauses(reader: Reader, container: Container): Clauses {
  const clauses: Clauses = { quotas: {} };
  for (;;) {
    if (reader.accept("IDENTIFIED", "BY")) clauses.password = reader.name();
    else if (reader.accept("NO", "AUTHENTICATION")) clauses.password = null;
    else if (reader.accept("DEFAULT", "TABLESPACE")) clauses.tablespace = existing(container, reader.name());
    else if (reader.accept("TEMPORARY", "TABLESPACE")) existing(container, reader.name());
    else if (reader.accept("ACCOUNT", "LOCK")) clauses.locked = true;
    else if (reader.accept("ACCOUNT", "UNLOCK")) clauses.locked = false;
    else if (reader.accept("PASSWORD", "EXPIRE")) clauses.expired = true;
    else if (reader.accept("PROFILE")) clauses.profile = profile(container, reader.name());
    else if (reader.accept("DEFAULT", "ROLE", "ALL")) continue;
    else if (reader.accept("CONTAINER", "=", "CURRENT")) continue;
    else if (reader.accept("QUOTA")) readQuota(reader, container, clauses);
    else break;
  }
  reader.expectEnd();
  return clauses;
}

function readQuota(reader: Reader, container: Container, clauses: Clauses): void {
  const token = reader.next();
  if (token.kind !== "number" && token.value !== "UNLIMITED") throw reader.unexpected("a quota");
  const unit = ["K", "M", "G"].find((at) => reader.accept(at));
  reader.expect("ON");
  const factor = unit ? 1024 ** ("KMG".indexOf(unit) + 1) : 1;
  clauses.quotas[existing(container, reader.name())] = token.value === "UNLIMITED" ? -1 : Number(token.value) * factor;
}

function existing(container: Container, name: string): string {
  if (!container.tablespaces.some((at) => at.name === name)) throw ora(959, `tablespace '${name}' does not exist`);
  return name;
}

function profile(container: Container, name: string): string {
  if (!container.profiles.includes(name)) throw ora(2380, `profile ${name} does not exist`);
  return name;
}

/** CREATE USER, after those two words. */
export function createUser(reader: Reader, instance: Instance, session: Session): Done {
  requireRight(session, "CREATE USER");
  refuseRoot(instance, session);
  const { container } = session;
  const name = reader.name();
  if (container.users.some((user) => user.name === name) || container.roles.includes(name))
    throw ora(1920, `user name '${name}' conflicts with another user or role name`);
  const clauses = readClauses(reader, container);
  if (clauses.password === undefined)
    throw ora(1935, "missing user or role name: IDENTIFIED BY or NO AUTHENTICATION is needed");
  addUser(container, name, clauses);
  return { message: "User created.", event: `CREATE USER ${name}` };
}

/** A new account; locked unless the clauses say otherwise only where they say so. */
export function addUser(container: Container, name: string, clauses: Partial<Clauses>): User {
  const id = Math.max(100, ...container.users.map((user) => user.id)) + 1;
  const user: User = {
    id,
    name,
    password: clauses.password ?? null,
    locked: clauses.locked ?? false,
    expired: clauses.expired ?? false,
    maintained: false,
    tablespace: clauses.tablespace ?? "USERS",
    profile: clauses.profile ?? "DEFAULT",
    quotas: clauses.quotas ?? {},
  };
  container.users.push(user);
  return user;
}

function findNamed(users: User[], name: string): User {
  return users.find((user) => user.name === name)!;
}

/** ALTER USER, after those two words. */
export function alterUser(reader: Reader, instance: Instance, session: Session): Done {
  requireRight(session, "ALTER USER");
  const user = findUser(session.container, reader.name());
  // A common user's password is the same everywhere, and only the root can change it.
  const everywhere = user.maintained && user.name !== "OPS$ORACLE";
  const { quotas, ...clauses } = readClauses(reader, session.container);
  if (clauses.password !== undefined && everywhere && session.container.conId !== 1)
    throw ora(65066, "The specified changes must apply to all containers");
  if (clauses.password !== undefined && everywhere)
    for (const { users } of instance.database.containers) findNamed(users, user.name).password = clauses.password;
  if (clauses.password !== undefined) user.password = clauses.password;
  if (clauses.password !== undefined && clauses.password !== null) user.expired = clauses.expired ?? false;
  if (clauses.locked !== undefined) Object.assign(user, { locked: clauses.locked, failedLogons: 0 });
  if (clauses.expired !== undefined) user.expired = clauses.expired;
  if (clauses.tablespace !== undefined) user.tablespace = clauses.tablespace;
  if (clauses.profile !== undefined) user.profile = clauses.profile;
  Object.assign(user.quotas, quotas);
  return { message: "User altered.", event: `ALTER USER ${user.name}` };
}

/** DROP USER, after those two words. */
export function dropUser(reader: Reader, instance: Instance, session: Session): Done {
  requireRight(session, "DROP USER");
  const { container } = session;
  const name = reader.name();
  const cascade = reader.accept("CASCADE");
  reader.expectEnd();
  const user = findUser(container, name);
  if (user.maintained) throw ora(28014, "cannot drop administrative user or role");
  const connected = [...instance.sessions].some((at) => at.user === name && at.container === container && !at.killed);
  if (connected) throw ora(1940, `cannot drop a user that is currently connected`);
  const owns = container.tables.some((at) => at.owner === name) || container.objects.some((at) => at.owner === name);
  if (owns && !cascade) throw ora(1922, `CASCADE must be specified to drop '${name}'`);
  container.users = container.users.filter((at) => at !== user);
  container.tables = container.tables.filter((at) => at.owner !== name);
  container.objects = container.objects.filter((at) => at.owner !== name);
  container.jobs = container.jobs.filter((at) => at.owner !== name);
  container.links = container.links.filter((at) => at.owner !== name);
  container.dataPumpJobs = container.dataPumpJobs.filter((at) => at.owner !== name);
  container.grants = container.grants.filter((at) => at.grantee !== name && at.on?.split(".")[0] !== name);
  return { message: "User dropped.", event: `DROP USER ${name}` };
}

/** CREATE ROLE and CREATE PROFILE, after CREATE. */
export function createRoleOrProfile(reader: Reader, instance: Instance, session: Session): Done {
  requireRight(session, "CREATE ROLE");
  refuseRoot(instance, session);
  const { container } = session;
  const role = reader.accept("ROLE");
  if (!role) reader.expect("PROFILE");
  const name = reader.name();
  if (role) {
    if (container.roles.includes(name) || container.users.some((user) => user.name === name))
      throw ora(1921, `role name '${name}' conflicts with another user or role name`);
    reader.expectEnd();
    container.roles = [...container.roles, name];
    return { message: "Role created.", event: `CREATE ROLE ${name}` };
  }
  if (container.profiles.includes(name)) throw ora(2379, `profile ${name} already exists`);
  reader.expect("LIMIT");
  while (reader.token.kind === "name") reader.next();
  reader.expectEnd();
  container.profiles = [...container.profiles, name];
  return { message: "Profile created.", event: `CREATE PROFILE ${name}` };
}

const OBJECT_PRIVILEGES = new Set([
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "EXECUTE",
  "READ",
  "WRITE",
  "REFERENCES",
  "ALTER",
  "INDEX",
  "ALL",
]);

/** GRANT and REVOKE, after the first word. */
export function changeGrants(reader: Reader, session: Session, give: boolean): Done {
  requireRight(session, "GRANT ANY PRIVILEGE");
  const { container } = session;
  const privileges = reader.list(() => {
    const words = [reader.name()];
    while (reader.token.kind === "name" && !reader.isOneOf(["ON", "TO", "FROM"])) words.push(reader.name());
    return words.join(" ").replace(/^ALL PRIVILEGES$/, "ALL");
  });
  let on: string | null = null;
  if (reader.accept("ON")) on = grantObject(reader, session);
  reader.expect(give ? "TO" : "FROM");
  const grantees = reader.list(() => reader.name());
  if (reader.accept("WITH")) while (reader.token.kind === "name") reader.next();
  reader.expectEnd();
  for (const grantee of grantees) {
    const known =
      grantee === "PUBLIC" ||
      container.roles.includes(grantee) ||
      container.users.some((user) => user.name === grantee);
    if (!known) throw ora(1917, `user or role '${grantee}' does not exist`);
    // The strict reading of 19c, where nothing was ever seen to change SYS's own rights.
    if (grantee === session.user) throw ora(1749, "you may not GRANT/REVOKE privileges to/from yourself");
    for (const privilege of privileges) changeOne(container, { grantee, privilege, on }, give);
  }
  const event = `${give ? "GRANT" : "REVOKE"} ${privileges.join(", ")}${on ? ` ON ${on}` : ""} ${grantees.join(", ")}`;
  return { message: give ? "Grant succeeded." : "Revoke succeeded.", event };
}

function grantObject(reader: Reader, session: Session): string {
  const { container } = session;
  if (reader.accept("DIRECTORY")) {
    const name = reader.name();
    if (!container.directories.some((at) => at.name === name)) throw ora(22930, `directory ${name} does not exist`);
    return `SYS.${name}`;
  }
  const path = reader.path();
  const owner = path.length > 1 ? path[0]! : session.schema;
  const name = path.at(-1)!;
  const known = [...container.tables, ...container.objects].some((at) => at.owner === owner && at.name === name);
  if (!known && owner !== "SYS") throw ora(942, `table or view "${owner}"."${name}" does not exist`);
  return `${owner}.${name}`;
}

function changeOne(container: Container, grant: Container["grants"][number], give: boolean): void {
  const { privilege, on, grantee } = grant;
  const system =
    /^(CREATE|ALTER|DROP|SELECT|INSERT|UPDATE|DELETE|EXECUTE|ANALYZE|GRANT|FLASHBACK|DEBUG|COMMENT|LOCK|UNLIMITED|RESTRICTED|EXEMPT|MANAGE|ON COMMIT|QUERY|ADMINISTER|ENABLE|READ) \w/.test(
      privilege,
    );
  if (on === null && !system && !container.roles.includes(privilege))
    throw ora(1919, `role '${privilege}' does not exist`);
  if (on !== null && !OBJECT_PRIVILEGES.has(privilege)) throw ora(990, `missing or invalid privilege '${privilege}'`);
  const same = (at: Container["grants"][number]): boolean =>
    at.grantee === grantee && at.privilege === privilege && at.on === on;
  const held = container.grants.some(same);
  if (!give && !held) throw notGranted(grant, system);
  if (give && !held) container.grants = [...container.grants, grant];
  if (!give) container.grants = container.grants.filter((at) => !same(at));
}

function notGranted({ privilege, on, grantee }: Container["grants"][number], isSystem: boolean): Error {
  if (on !== null) return ora(1927, "cannot REVOKE privileges you did not grant");
  if (isSystem) return ora(1952, `system privileges not granted to '${grantee}'`);
  return ora(1951, `ROLE '${privilege}' not granted to '${grantee}'`);
}

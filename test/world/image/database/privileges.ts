import { ora } from "../engine/tokens.ts";
import type { Session } from "./instance.ts";
import type { Container, User } from "./model.ts";

/** Whether a user has a privilege or role, directly or through roles. */
export function holds(container: Container, grantee: string, privilege: string): boolean {
  if (grantee === "SYS") return true;
  const granted = container.grants
    .filter((grant) => grant.grantee === grantee && grant.on === null)
    .map((grant) => grant.privilege);
  if (granted.includes(privilege)) return true;
  return granted.some(
    (role) => container.roles.includes(role) && (impliedBy(role, privilege) || holds(container, role, privilege)),
  );
}

/** What Oracle's own roles carry. */
function impliedBy(role: string, privilege: string): boolean {
  // The roles of Data Pump carry EXEMPT REDACTION POLICY only, and DBA none of the exemptions.
  if (privilege.startsWith("EXEMPT ")) return false;
  if (role === "DBA") return true;
  const carried: Record<string, string[]> = {
    CONNECT: ["CREATE SESSION"],
    DATAPUMP_IMP_FULL_DATABASE: ["IMP_FULL_DATABASE", "CREATE USER", "CREATE ANY TABLE", "SELECT_CATALOG_ROLE"],
    DATAPUMP_EXP_FULL_DATABASE: ["EXP_FULL_DATABASE", "SELECT ANY TABLE", "SELECT_CATALOG_ROLE"],
  };
  return carried[role]?.includes(privilege) ?? false;
}

/** ORA-01031 unless the session's rights reach that far. */
export function requireRight(session: Session, privilege: string): void {
  if (session.sysdba && session.effective === "SYS") return;
  if (!holds(session.container, session.effective, privilege)) throw ora(1031, "insufficient privileges");
}

/** ORA-01918 where there is no such user. */
export function findUser(container: Container, name: string): User {
  const user = container.users.find((at) => at.name === name);
  if (!user) throw ora(1918, `user '${name}' does not exist`);
  return user;
}

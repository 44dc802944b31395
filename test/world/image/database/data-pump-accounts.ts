import type { DumpObject } from "../../dump/format.ts";
import type { Step } from "./data-pump-checks.ts";
import type { Container } from "./model.ts";

type Outcome = Pick<Step, "lines" | "failed">;

const DONE: Outcome = { lines: [], failed: false };

/**
 * Quotas, roles and default roles of an account, with what Data Pump says where tablespace or role is missing (as in
 * published import logs). Null for every other object.
 */
export function importAccountObject(container: Container, object: DumpObject): Outcome | null {
  const { owner, detail = {} } = object;
  if (object.type === "TABLESPACE_QUOTA") return importQuota(container, owner, detail["tablespace"] ?? "USERS");
  if (object.type === "ROLE_GRANT") return importRoleGrant(container, owner, detail["role"] ?? "");
  if (object.type === "DEFAULT_ROLE") return importDefaultRole(container, owner, detail["role"] ?? "");
  return null;
}

function importQuota(container: Container, owner: string, tablespace: string): Outcome {
  if (!container.tablespaces.some(({ name }) => name === tablespace))
    return failed(
      `ORA-39083: Object type TABLESPACE_QUOTA:"${owner}" failed to create with error:`,
      `ORA-00959: tablespace '${tablespace}' does not exist`,
    );
  container.users.find(({ name }) => name === owner)!.quotas[tablespace] = -1;
  return DONE;
}

function importRoleGrant(container: Container, owner: string, role: string): Outcome {
  if (!container.roles.includes(role))
    return failed(
      "ORA-39083: Object type ROLE_GRANT failed to create with error:",
      `ORA-01924: role '${role}' not granted or does not exist`,
      "Failing sql is:",
      ` GRANT "${role}" TO "${owner}"`,
    );
  container.grants.push({ grantee: owner, privilege: role, on: null });
  return DONE;
}

function importDefaultRole(container: Container, owner: string, role: string): Outcome {
  const granted = container.grants.some((at) => at.grantee === owner && at.privilege === role && at.on === null);
  if (granted) return DONE;
  return failed(
    `ORA-39083: Object type DEFAULT_ROLE:"${owner}" failed to create with error:`,
    `ORA-01955: DEFAULT ROLE '${role}' not granted to user`,
    "Failing sql is:",
    ` ALTER USER "${owner}" DEFAULT ROLE "${role}"`,
  );
}

function failed(...lines: string[]): Outcome {
  return { lines, failed: true };
}

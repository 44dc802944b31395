import { hintAtNames } from "./hint-at-names.ts";
import type { SourceFinding } from "./source-report.ts";

/** What the dictionary says about the export account. */
export interface AccountState {
  name: string;
  defaultTablespace: string;
  privileges: readonly string[];
  roles: readonly string[];
  quotas: readonly { tablespace: string; used: number; limit: number }[];
  /** Directories that the account can see, by name. */
  directories: ReadonlyMap<string, string>;
  /** The granted ones of READ and WRITE on the export directory. */
  directoryPrivileges: readonly string[];
}

/** Well above the size of a large job's control table. */
const CONTROL_TABLE_BYTES = 64 * 1024 * 1024;

/** Checks whether the account may run the export; each fix has the statement for the DBA. */
export function checkAccount(
  account: AccountState,
  wanted: { directory: string; schemas: readonly string[] },
): SourceFinding[] {
  return [
    checkCreateTable(account),
    checkQuota(account),
    checkRole(account, wanted.schemas),
    checkDirectory(account, wanted.directory),
  ].filter((finding) => finding !== null);
}

function checkCreateTable(account: AccountState): SourceFinding | null {
  if (account.privileges.includes("CREATE TABLE")) return null;
  return {
    severity: "error",
    code: "source-privilege",
    what: `${account.name} lacks CREATE TABLE`,
    why: "Data Pump creates a control table in the account's own schema (ORA-31633 otherwise)",
    fix: `ask the DBA to run: GRANT CREATE TABLE TO ${account.name};`,
  };
}

function checkQuota(account: AccountState): SourceFinding | null {
  if (account.privileges.includes("UNLIMITED TABLESPACE")) return null;
  const quota = account.quotas.find((one) => one.tablespace === account.defaultTablespace);
  const free = quota === undefined ? 0 : quota.limit === -1 ? Infinity : quota.limit - quota.used;
  if (free >= CONTROL_TABLE_BYTES) return null;
  return {
    severity: "error",
    code: "source-quota",
    what: `${account.name} can only use ${free} more bytes in its tablespace ${account.defaultTablespace}`,
    why: "the control table of a Data Pump job is created there (ORA-31633 otherwise)",
    fix: `ask the DBA to run: ALTER USER ${account.name} QUOTA 1G ON ${account.defaultTablespace};`,
  };
}

function checkRole(account: AccountState, schemas: readonly string[]): SourceFinding | null {
  const full = ["DATAPUMP_EXP_FULL_DATABASE", "EXP_FULL_DATABASE"];
  if (full.some((role) => account.roles.includes(role))) return null;
  const others = schemas.filter((schema) => schema !== account.name);
  if (schemas.length > 0 && others.length === 0) return null;
  return {
    severity: "error",
    code: "source-role",
    what: `${account.name} lacks the role DATAPUMP_EXP_FULL_DATABASE`,
    why: "without it Data Pump only exports the account's own schema (ORA-31631)",
    fix: `ask the DBA to run: GRANT DATAPUMP_EXP_FULL_DATABASE TO ${account.name};`,
  };
}

function checkDirectory(account: AccountState, directory: string): SourceFinding | null {
  const missing = ["READ", "WRITE"].filter((one) => !account.directoryPrivileges.includes(one));
  const known = account.directories.has(directory);
  if (known && missing.length === 0) return null;
  const grant = `GRANT READ, WRITE ON DIRECTORY ${directory} TO ${account.name};`;
  return {
    severity: "error",
    code: "source-directory",
    what: known
      ? `${account.name} lacks ${missing.join(" and ")} on the directory ${directory}`
      : `${account.name} cannot use a directory named ${directory}`,
    why: "Data Pump writes its files on the database server, through a directory object (ORA-39087 otherwise)",
    fix: known
      ? `ask the DBA to run: ${grant}`
      : hintAtNames(
          directory,
          [...account.directories.keys()],
          `ask the DBA to run: CREATE DIRECTORY ${directory} AS '<folder>'; ${grant}`,
        ),
  };
}

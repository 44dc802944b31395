import { defineQuery } from "./statement.ts";

/** Who we are, and where the control table of a job will go. */
export const readAccount = defineQuery(
  "account",
  `SELECT username, default_tablespace FROM dba_users WHERE username = USER`,
);

export const readPrivileges = defineQuery("privileges", `SELECT privilege FROM session_privs`);

export const readRoles = defineQuery("roles", `SELECT role FROM session_roles`);

/** -1 means no limit. */
export const readQuotas = defineQuery("quotas", `SELECT tablespace_name, bytes, max_bytes FROM user_ts_quotas`);

/** Only directories that the account may use are in this view. */
export const readDirectories = defineQuery("directories", `SELECT directory_name, directory_path FROM all_directories`);

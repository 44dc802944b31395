import { defineQuery } from "./statement.ts";

/** The account's name, and the tablespace of its jobs' control tables. */
export const readAccount = defineQuery(
  "account",
  `SELECT username, default_tablespace FROM dba_users WHERE username = USER`,
);

export const readPrivileges = defineQuery("privileges", `SELECT privilege FROM session_privs`);

export const readRoles = defineQuery("roles", `SELECT role FROM session_roles`);

/** -1 means no limit. */
export const readQuotas = defineQuery("quotas", `SELECT tablespace_name, bytes, max_bytes FROM user_ts_quotas`);

/** This view only has the directories that the account may use. */
export const readDirectories = defineQuery("directories", `SELECT directory_name, directory_path FROM all_directories`);

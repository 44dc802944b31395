import { defineQuery } from "./statement.ts";

/** READ and WRITE on the directory, granted to us, to a role of ours or to everybody. */
export const readDirectoryPrivileges = defineQuery(
  "directory-privileges",
  `SELECT DISTINCT privilege FROM all_tab_privs
WHERE  table_name = :directory AND type = 'DIRECTORY'
AND    (grantee IN (USER, 'PUBLIC') OR grantee IN (SELECT role FROM session_roles))`,
  { directory: "text" },
);

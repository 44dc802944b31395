import { defineQuery } from "./statement.ts";

/** READ and WRITE on the directory, granted to the account, to one of its roles or to PUBLIC. */
export const readDirectoryPrivileges = defineQuery(
  "directory-privileges",
  `SELECT DISTINCT privilege FROM all_tab_privs
WHERE  table_name = :directory AND type = 'DIRECTORY'
AND    (grantee IN (USER, 'PUBLIC') OR grantee IN (SELECT role FROM session_roles))`,
  { directory: "text" },
);

import { defineBlock, defineQuery } from "./statement.ts";

/** Error messages and the log are in the session's language, and Seedbed matches fixed English lines. */
export const prepareSession = defineBlock(
  "session",
  `BEGIN
  EXECUTE IMMEDIATE 'ALTER SESSION SET NLS_LANGUAGE=''AMERICAN'' NLS_TERRITORY=''AMERICA''';
END;`,
  {},
);

/** VERSION_FULL exists from 18c on, so the release is asked for first. */
export const readInstance = defineQuery("instance", `SELECT version, status FROM v$instance`);

/** The release update level, 18c and later. */
export const readFullVersion = defineQuery("full-version", `SELECT version_full FROM v$instance`);

/** Identity and state of the database; the id as text because it is not a quantity. */
export const readDatabase = defineQuery(
  "database",
  `SELECT TO_CHAR(dbid) AS dbid, name, open_mode, database_role FROM v$database`,
);

/** The SCN as text (it may pass 2^53), and the source's own clock in UTC. */
export const readScn = defineQuery(
  "scn",
  `SELECT TO_CHAR(current_scn) AS scn,
       TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS taken_at
FROM   v$database`,
);

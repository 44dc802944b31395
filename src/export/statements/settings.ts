import { defineQuery } from "./statement.ts";

/** Character sets of the database. */
export const readCharacterSets = defineQuery(
  "character-sets",
  `SELECT parameter, value FROM nls_database_parameters
WHERE  parameter IN ('NLS_CHARACTERSET', 'NLS_NCHAR_CHARACTERSET')`,
);

/** Version of the time zone file. */
export const readTimeZoneFile = defineQuery("time-zone-file", `SELECT version FROM v$timezone_file`);

/** Object paths that SCHEMA and TABLE jobs of this release allow in EXCLUDE_PATH_EXPR. */
export const readObjectPaths = defineQuery(
  "object-paths",
  `SELECT 'SCHEMA' AS job_mode, object_path FROM schema_export_objects WHERE object_path NOT LIKE '%/%'
UNION ALL
SELECT 'TABLE' AS job_mode, object_path FROM table_export_objects WHERE object_path NOT LIKE '%/%'`,
);

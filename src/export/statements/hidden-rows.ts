import { defineQuery } from "./statement.ts";

/** Row-level policies that act on SELECT: rows may be missing from an export. */
export const readPolicies = defineQuery(
  "policies",
  `SELECT object_name, policy_name FROM dba_policies
WHERE  object_owner = :owner AND sel = 'YES' AND enable = 'YES'`,
  { owner: "text" },
);

/** Redaction policies: queries return masked values, but a dump contains the real ones. */
export const readRedactions = defineQuery(
  "redactions",
  `SELECT object_name, policy_name FROM redaction_policies
WHERE  object_owner = :owner AND TRIM(enable) = 'YES'`,
  { owner: "text" },
);

/** Tables with encrypted columns, and tables whose rows are in an encrypted tablespace; a table may come twice. */
export const readEncryptedTables = defineQuery(
  "encrypted-tables",
  `SELECT e.table_name FROM dba_encrypted_columns e WHERE e.owner = :owner
UNION ALL
SELECT s.segment_name AS table_name
FROM   dba_segments s JOIN dba_tablespaces t ON t.tablespace_name = s.tablespace_name
WHERE  s.owner = :owner AND s.segment_type IN ('TABLE', 'TABLE PARTITION', 'TABLE SUBPARTITION')
AND    t.encrypted = 'YES'`,
  { owner: "text" },
);

/** Objects that are already invalid at the source may also be invalid after an import. */
export const readInvalidObjects = defineQuery(
  "invalid-objects",
  `SELECT object_type, object_name FROM dba_objects WHERE owner = :owner AND status = 'INVALID'`,
  { owner: "text" },
);

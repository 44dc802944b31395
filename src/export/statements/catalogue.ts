import { defineQuery } from "./statement.ts";

/** Every schema, and whether Oracle maintains it. */
export const readSchemas = defineQuery("schemas", `SELECT username, oracle_maintained FROM dba_users`);

/**
 * Tables of a schema whose rows a Data Pump job writes: no nested, secondary, temporary, dropped or external
 * tables, and no logs of materialized views or internals of queues, which follow their owners' rules.
 */
export const readTables = defineQuery(
  "tables",
  `SELECT t.table_name FROM dba_tables t
WHERE  t.owner = :owner AND t.nested = 'NO' AND t.secondary = 'N' AND t.temporary = 'N' AND t.dropped = 'NO'
AND    (t.iot_type IS NULL OR t.iot_type = 'IOT')
AND    t.table_name NOT LIKE 'BIN$%' AND t.table_name NOT LIKE 'MLOG$%' AND t.table_name NOT LIKE 'AQ$%'
AND    NOT EXISTS (SELECT 1 FROM dba_external_tables x WHERE x.owner = t.owner AND x.table_name = t.table_name)`,
  { owner: "text" },
);

/** Bytes of table and LOB segments per table; indexes add nothing to a dump. */
export const readSizes = defineQuery(
  "sizes",
  `SELECT s.segment_name AS table_name, SUM(s.bytes) AS bytes FROM dba_segments s
WHERE  s.owner = :owner AND s.segment_type IN ('TABLE', 'TABLE PARTITION', 'TABLE SUBPARTITION', 'NESTED TABLE')
GROUP  BY s.segment_name
UNION ALL
SELECT l.table_name, SUM(s.bytes) AS bytes
FROM   dba_lobs l JOIN dba_segments s ON s.owner = l.owner AND s.segment_name = l.segment_name
WHERE  l.owner = :owner
GROUP  BY l.table_name`,
  { owner: "text" },
);

/** Foreign keys of a schema with the table that each one refers to. */
export const readForeignKeys = defineQuery(
  "foreign-keys",
  `SELECT c.table_name, c.constraint_name, p.owner AS r_owner, p.table_name AS r_table
FROM   dba_constraints c
JOIN   dba_constraints p ON p.owner = c.r_owner AND p.constraint_name = c.r_constraint_name
WHERE  c.constraint_type = 'R' AND c.owner = :owner`,
  { owner: "text" },
);

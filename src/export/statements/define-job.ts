import { DETAIL, defineStep, guardDefinition } from "./fragments.ts";
import { defineBlock } from "./statement.ts";

/** Opens an export job with its files, its schemas, what it leaves out, its SCN and its diagnostics. */
export const openJob = defineBlock(
  "open-job",
  `DECLARE
  h NUMBER; ${DETAIL}
BEGIN
  BEGIN
    h := DBMS_DATAPUMP.OPEN(operation => 'EXPORT', job_mode => :job_mode, job_name => :job_name, version => :version);
  EXCEPTION WHEN OTHERS THEN
    err := DBMS_UTILITY.FORMAT_ERROR_STACK; detail(NULL); RAISE_APPLICATION_ERROR(-20001, SUBSTR(err, 1, 2000));
  END;
  ${guardDefinition(`DBMS_DATAPUMP.ADD_FILE(handle => h, filename => :dump_file, directory => :directory, filesize => :file_size, filetype => 1, reusefile => 0);
    DBMS_DATAPUMP.ADD_FILE(handle => h, filename => :log_file, directory => :directory, filetype => 3);
    DBMS_DATAPUMP.METADATA_FILTER(handle => h, name => 'SCHEMA_EXPR', value => :schema_expr);
    DBMS_DATAPUMP.METADATA_FILTER(handle => h, name => 'EXCLUDE_PATH_EXPR', value => :exclude_expr);
    DBMS_DATAPUMP.SET_PARAMETER(handle => h, name => 'FLASHBACK_SCN', value => TO_NUMBER(:scn));
    DBMS_DATAPUMP.SET_PARAMETER(handle => h, name => 'COMPRESSION', value => :compression);
    DBMS_DATAPUMP.SET_PARAMETER(handle => h, name => 'METRICS', value => 1);
    DBMS_DATAPUMP.SET_PARAMETER(handle => h, name => 'LOGTIME', value => 'ALL');
    DBMS_DATAPUMP.LOG_ENTRY(handle => h, message => :description, log_file_only => 1);`)}
  :handle := h;
END;`,
  {
    binds: {
      job_mode: "text",
      job_name: "text",
      version: "text",
      dump_file: "text",
      directory: "text",
      file_size: "text",
      log_file: "text",
      schema_expr: "text",
      exclude_expr: "text",
      scn: "text",
      compression: "text",
      description: "text",
    },
    outs: { handle: { type: "number" } },
  },
);

/** Names the tables of a TABLE job. */
export const filterTables = defineBlock(
  "filter-tables",
  defineStep(
    `DBMS_DATAPUMP.METADATA_FILTER(handle => h, name => 'NAME_EXPR', value => :name_expr, object_path => 'TABLE');`,
  ),
  { binds: { handle: "number", name_expr: "text" } },
);

/** Restricts the rows of one table. */
export const filterRows = defineBlock(
  "filter-rows",
  defineStep(
    `DBMS_DATAPUMP.DATA_FILTER(handle => h, name => 'SUBQUERY', value => :subquery, table_name => :table_name, schema_name => :schema_name);`,
  ),
  { binds: { handle: "number", subquery: "text", table_name: "text", schema_name: "text" } },
);

/** Only sent for a degree above one: editions other than Enterprise refuse the call (ORA-39094). */
export const setParallel = defineBlock(
  "set-parallel",
  defineStep(`DBMS_DATAPUMP.SET_PARALLEL(handle => h, degree => :degree);`),
  { binds: { handle: "number", degree: "number" } },
);

/** Starts the job on this instance only; a message on success is returned in `info`. */
export const startJob = defineBlock(
  "start-job",
  `DECLARE
  h NUMBER := :handle; ${DETAIL}
BEGIN
  ${guardDefinition(`BEGIN
      DBMS_DATAPUMP.START_JOB(handle => h, cluster_ok => 0);
    EXCEPTION WHEN DBMS_DATAPUMP.SUCCESS_WITH_INFO THEN detail(h);
    END;`)}
  :info := SUBSTR(err, 1, 4000);
END;`,
  { binds: { handle: "number" }, outs: { info: { type: "text", maxBytes: 4000 } } },
);

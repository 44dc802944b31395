import { defineBlock } from "./statement.ts";

/** Stops a job that another session started, and drops its control table. */
export const attachAndStopJob = defineBlock(
  "attach-and-stop-job",
  `DECLARE
  h NUMBER;
BEGIN
  h := DBMS_DATAPUMP.ATTACH(job_name => :job_name, job_owner => USER);
  DBMS_DATAPUMP.STOP_JOB(handle => h, immediate => 1, keep_master => 0, delay => 0);
END;`,
  { binds: { job_name: "text" } },
);

/** All that is left of a job without processes is its control table, which has the job's name. */
export const dropControlTable = defineBlock(
  "drop-control-table",
  `BEGIN
  EXECUTE IMMEDIATE 'DROP TABLE ' || DBMS_ASSERT.ENQUOTE_NAME(:job_name, FALSE) || ' PURGE';
END;`,
  { binds: { job_name: "text" } },
);

/** Dump files belong to the database's own user, so the database removes them. */
export const removeFile = defineBlock(
  "remove-file",
  `BEGIN
  UTL_FILE.FREMOVE(location => :directory, filename => :file_name);
END;`,
  { binds: { directory: "text", file_name: "text" } },
);

/** Parses a row condition without running it, to find a wrong column before the export. */
export const parseCondition = defineBlock(
  "parse-condition",
  `DECLARE
  c INTEGER := DBMS_SQL.OPEN_CURSOR;
BEGIN
  DBMS_SQL.PARSE(c, 'SELECT 1 FROM ' || DBMS_ASSERT.ENQUOTE_NAME(:owner, FALSE) || '.' || DBMS_ASSERT.ENQUOTE_NAME(:table_name, FALSE) || ' ' || :subquery, 1);
  DBMS_SQL.CLOSE_CURSOR(c);
EXCEPTION WHEN OTHERS THEN
  DBMS_SQL.CLOSE_CURSOR(c);
  RAISE;
END;`,
  { binds: { owner: "text", table_name: "text", subquery: "text" } },
);

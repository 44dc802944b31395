import { defineBlock, defineQuery } from "./statement.ts";

/** State, progress and new log lines of a running job, as scalars. Waits up to `timeout` seconds for news. */
export const readJobStatus = defineBlock(
  "job-status",
  `DECLARE
  sts ku$_Status; st VARCHAR2(30); txt VARCHAR2(32767); err VARCHAR2(32767);
BEGIN
  DBMS_DATAPUMP.GET_STATUS(handle => :handle, mask => 13, timeout => :timeout, job_state => st, status => sts);
  :state := st;
  IF sts.job_status IS NOT NULL THEN
    :percent_done := sts.job_status.percent_done;
    :bytes_processed := sts.job_status.bytes_processed;
    :error_count := sts.job_status.error_count;
  END IF;
  IF sts.wip IS NOT NULL THEN
    FOR i IN 1 .. sts.wip.COUNT LOOP txt := SUBSTR(txt || sts.wip(i).LogText || CHR(10), 1, 32000); END LOOP;
  END IF;
  IF sts.error IS NOT NULL THEN
    FOR i IN 1 .. sts.error.COUNT LOOP err := SUBSTR(err || sts.error(i).LogText || CHR(10), 1, 32000); END LOOP;
  END IF;
  :lines := txt; :errors := err;
END;`,
  {
    binds: { handle: "number", timeout: "number" },
    outs: {
      state: { type: "text", maxBytes: 30 },
      percent_done: { type: "number" },
      bytes_processed: { type: "number" },
      error_count: { type: "number" },
      lines: { type: "text", maxBytes: 32767 },
      errors: { type: "text", maxBytes: 32767 },
    },
  },
);

/** Attaches to a running job after its session was lost. */
export const attachJob = defineBlock(
  "attach-job",
  `DECLARE
  h NUMBER;
BEGIN
  h := DBMS_DATAPUMP.ATTACH(job_name => :job_name, job_owner => USER);
  :handle := h;
END;`,
  { binds: { job_name: "text" }, outs: { handle: { type: "number" } } },
);

/** Stops a job of this session at once and drops its control table. */
export const stopJob = defineBlock(
  "stop-job",
  `BEGIN
  DBMS_DATAPUMP.STOP_JOB(handle => :handle, immediate => 1, keep_master => 0);
END;`,
  { binds: { handle: "number" } },
);

/** Jobs of this account with Seedbed's name prefix, whatever happened to the sessions that started them. */
export const readOurJobs = defineQuery(
  "our-jobs",
  `SELECT job_name, TRIM(job_mode) AS job_mode, state, attached_sessions FROM user_datapump_jobs
WHERE  job_name LIKE 'SEEDBED\\_%' ESCAPE '\\'`,
);

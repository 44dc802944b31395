/**
 * Parts that blocks on a job share. They only use fields of the 11.2 status types and bind no objects, so
 * the blocks compile on every release and every driver can run them.
 */

/** Variables and the procedure that appends the job's own error detail: without it only ORA-39001 is seen. */
export const DETAIL = `sts ku$_Status; st VARCHAR2(30); err VARCHAR2(32767);
  PROCEDURE detail(p_h NUMBER) IS
  BEGIN
    DBMS_DATAPUMP.GET_STATUS(handle => p_h, mask => 8, timeout => 0, job_state => st, status => sts);
    IF sts.error IS NOT NULL THEN
      FOR i IN 1 .. sts.error.COUNT LOOP err := SUBSTR(err || CHR(10) || sts.error(i).LogText, 1, 32000); END LOOP;
    END IF;
  EXCEPTION WHEN OTHERS THEN NULL;
  END;`;

/** Statements on a job that is still being defined: on a failure the error is read first, then the job is removed. */
export function guardDefinition(calls: string): string {
  return `BEGIN
    ${calls}
  EXCEPTION WHEN OTHERS THEN
    err := DBMS_UTILITY.FORMAT_ERROR_STACK; detail(h);
    BEGIN DBMS_DATAPUMP.STOP_JOB(handle => h, immediate => 1, keep_master => 0); EXCEPTION WHEN OTHERS THEN NULL; END;
    RAISE_APPLICATION_ERROR(-20001, SUBSTR(err, 1, 2000));
  END;`;
}

/** A block with one guarded step on the job behind `:handle`. */
export function defineStep(calls: string): string {
  return `DECLARE
  h NUMBER := :handle; ${DETAIL}
BEGIN
  ${guardDefinition(calls)}
END;`;
}

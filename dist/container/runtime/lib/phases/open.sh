# shellcheck shell=bash
# open: users may connect.

phase_open_inputs() {
  printf '%s' "$IMPORT_KEY" | digest_stdin
}

phase_open_run() {
  # If jobs are disabled and none is allowed, the job queue stays off.
  if [[ $DISABLE_JOBS == no || -s $SEED/jobs-kept ]] && ! configure_names_parameter job_queue_processes; then
    # 19c only accepts 0 or 1000 in a pluggable database (ORA-27400).
    sql_run start-jobs pdb <<<'ALTER SYSTEM SET JOB_QUEUE_PROCESSES = 1000 SCOPE = BOTH;' >/dev/null
  fi
  pdb_open
  printf 'database=%s\nimport_key=%s\n' "$DB_IDENTITY" "$IMPORT_KEY" | durable_write "$OPENED"
}

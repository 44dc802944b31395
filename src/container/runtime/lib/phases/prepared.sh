# shellcheck shell=bash
# prepared: no job runs, owners are locked, and there is a place for the data, before the data comes.

phase_prepared_inputs() {
  digest_file "$SEED/SHA256SUMS"
}

phase_prepared_run() {
  dump_locate || fail dump-not-found "the dump set $DUMP_SET has gone" "Restart the container; the image has it."
  rm -f "$OPENED"
  # 0 in the pluggable database stops its jobs whatever the root says.
  sql_run stop-jobs pdb <<<'ALTER SYSTEM SET JOB_QUEUE_PROCESSES = 0 SCOPE = BOTH;' >/dev/null
  # Also before the data: a base image whose start lifts the restriction must find nobody who could log in.
  # A DBA among the request's accounts could come in past the restriction, so those are locked in any case.
  if [[ $LOCK_ACCOUNTS == no ]]; then configure_lock_own; else secure_accounts; fi
  prepared_hide_data_in_errors
  tablespace_make_all
  owners_create
  printf 'CREATE OR REPLACE DIRECTORY SEEDBED_DUMP AS %s;\n' "$(sql_literal "$DUMP_DIRECTORY")" |
    sql_run make-directory pdb >/dev/null
  scripts_run "$SEED" prepare
}

# From 23ai on error stacks can contain values of rows (ERROR_MESSAGE_DETAILS is ON by default).
prepared_hide_data_in_errors() {
  [[ $PROFILE_HIDES_ERROR_DETAILS == yes ]] || return 0
  sql_run hide-error-details pdb <<<'ALTER SYSTEM SET ERROR_MESSAGE_DETAILS = OFF SCOPE = BOTH;' >/dev/null
}

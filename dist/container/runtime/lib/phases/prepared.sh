# shellcheck shell=bash
# prepared: before the import no job runs, owners are locked, and tablespaces exist.

phase_prepared_inputs() {
  digest_file "$SEED/SHA256SUMS"
}

phase_prepared_run() {
  dump_locate || fail dump-not-found "the dump set $DUMP_SET is no longer there" "Restart the container: the image contains the dump set."
  rm -f "$OPENED"
  # 0 in the pluggable database stops its jobs regardless of the root's value.
  sql_run stop-jobs pdb <<<'ALTER SYSTEM SET JOB_QUEUE_PROCESSES = 0 SCOPE = BOTH;' >/dev/null
  # Before the data too: if a base image's start lifts the restriction, no account must be able to log in.
  # An account of the request with the DBA role could bypass the restriction, so those are always locked.
  if [[ $LOCK_ACCOUNTS == no ]]; then configure_lock_own; else secure_accounts; fi
  prepared_hide_data_in_errors
  tablespace_make_all
  owners_create
  printf 'CREATE OR REPLACE DIRECTORY SEEDBED_DUMP AS %s;\n' "$(sql_literal "$DUMP_DIRECTORY")" |
    sql_run make-directory pdb >/dev/null
  scripts_run "$SEED" prepare
}

# From 23ai on error stacks can contain row values (ERROR_MESSAGE_DETAILS is ON by default).
prepared_hide_data_in_errors() {
  [[ $PROFILE_HIDES_ERROR_DETAILS == yes ]] || return 0
  sql_run hide-error-details pdb <<<'ALTER SYSTEM SET ERROR_MESSAGE_DETAILS = OFF SCOPE = BOTH;' >/dev/null
}

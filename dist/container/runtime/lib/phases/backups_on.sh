# shellcheck shell=bash
# backups_on: the schedule is valid, and the backups' folder exists.

phase_backups_on_inputs() {
  {
    digest_file "$APPLY/schedule"
    printf '%s %s' "$BACKUPS_KEEP" "$RESTORE_TEST"
  } | digest_stdin
}

phase_backups_on_run() {
  schedule_check
  mkdir -p "$BACKUPS"
  backup_clean_parts
}

# shellcheck shell=bash
# The request's scripts, in the order of their numbers.

# Runs every script of a kind: scripts_run FOLDER KIND.
scripts_run() {
  local file
  for file in "$1"/sql/*-"$2".sql; do
    [[ -f $file ]] || continue
    log_progress "script ${file##*/}"
    sql_user_script "$file"
  done
}

# Runs every script of a kind that has not yet run since this import; a changed script runs again.
scripts_run_new() {
  local file mark
  for file in "$1"/sql/*-"$2".sql; do
    [[ -f $file && $file != "$GRANTS" ]] || continue
    mark="$DB_IDENTITY $IMPORT_KEY $(digest_file "$file")"
    if [[ -f $SCRIPTS_DONE ]] && grep -qxF -- "$mark" "$SCRIPTS_DONE"; then continue; fi
    log_progress "script ${file##*/}"
    sql_user_script "$file"
    { if [[ -f $SCRIPTS_DONE ]]; then grep -F -- "$IMPORT_KEY" "$SCRIPTS_DONE" || :; fi && printf '%s\n' "$mark"; } |
      durable_write "$SCRIPTS_DONE"
  done
}

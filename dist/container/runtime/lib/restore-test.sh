# shellcheck shell=bash
# Tests every backup: it is imported under other schema names, its rows are counted, and the copy is dropped.

# Both copies count towards Free's limit of 12 GB of user data.
readonly RESTORE_LIMIT_BYTES=5905580032

# shellcheck disable=SC2034 # RESTORE_RESULT is read where the backup reports
# Restores a backup under other names and compares the rows: restore_test FOLDER. Sets RESTORE_RESULT.
restore_test() {
  local folder=$1 used
  RESTORE_RESULT=""
  [[ $RESTORE_TEST == yes ]] || return 0
  used=$(backup_used_bytes) || exit
  if [[ $PROFILE_LIMITS_USER_DATA == yes ]] && ((used > RESTORE_LIMIT_BYTES)); then
    log_event backup progress "text=restore not tested: two copies of $((used / 1048576)) MiB do not fit into Free's 12 GB"
    RESTORE_RESULT=', restore not tested'
    return 0
  fi
  (cd "$folder" && sha256sum -c --status SHA256SUMS) || fail backup-damaged "${folder##*/} differs from what was written" "Check the volume's storage."
  restore_import "$folder"
  restore_compare "$folder"
  restore_drop
  RESTORE_RESULT=', restore tested'
}

# Prints the scratch name of a schema.
restore_name() {
  printf '%s_SEEDBED_RT' "$1"
}

# Drops the scratch schemas, including those of a killed test.
restore_drop() {
  local schema
  account_drop "$LOADER"
  while IFS= read -r schema; do
    account_drop "$(restore_name "$schema")"
  done <<<"$(backup_schemas)"
}

restore_import() {
  local folder=$1 password schema status=0 tablespace schemas
  schemas=$(backup_schemas) || exit
  restore_drop
  tablespace=$(tablespace_default)
  while IFS= read -r schema; do
    printf 'CREATE USER %s NO AUTHENTICATION DEFAULT TABLESPACE %s QUOTA UNLIMITED ON %s ACCOUNT LOCK;\n' \
      "$(sql_name "$(restore_name "$schema")")" "$(sql_name "$tablespace")" "$(sql_name "$tablespace")"
  done <<<"$schemas" | sql_run make-scratch pdb >/dev/null
  printf 'CREATE OR REPLACE DIRECTORY SEEDBED_BACKUP_DIR AS %s;\n' "$(sql_literal "$DATABASE_VOLUME/backups/${folder##*/}")" |
    sql_run backup-directory pdb >/dev/null
  password=$(account_password)
  account_make "$LOADER" DATAPUMP_IMP_FULL_DATABASE SEEDBED_BACKUP_DIR "$password"
  data_pump_connect "$LOADER" "$password"
  data_pump_run impdp "SEEDBED_RESTORE_${folder##*[-/]}" "$WORK/restore.log" export_watch < <(
    printf 'DIRECTORY=SEEDBED_BACKUP_DIR\nDUMPFILE=%s\nNOLOGFILE=YES\nTABLE_EXISTS_ACTION=REPLACE\n' "$(restore_files "$folder")"
    printf 'TRANSFORM=OID:N,SEGMENT_ATTRIBUTES:N\n'
    printf 'EXCLUDE=STATISTICS,GRANT,SYNONYM,DB_LINK,JOB,PROCOBJ,REF_CONSTRAINT,TRIGGER\n'
    while IFS= read -r schema; do
      printf 'REMAP_SCHEMA=%s:%s\n' "$(backup_list "$schema")" "$(backup_list "$(restore_name "$schema")")"
    done <<<"$schemas"
  ) || status=$?
  data_pump_disconnect "$LOADER"
  # Code that refers to its own schema cannot compile under another name: status 5 is expected, the row counts decide.
  data_pump_finished "$status" "$WORK/restore.log" ||
    fail restore-failed "impdp ended with status $status: $(data_pump_reason "$WORK/restore.log")" "The backup ${folder##*/} and all earlier ones are kept."
}

# Prints the dump files of a backup, separated by commas.
restore_files() {
  local list
  list=$(sed 's/^[0-9a-f]*  //' "$1/SHA256SUMS" | grep '\.dmp$' | tr '\n' ',')
  printf '%s' "${list%,}"
}

# Counts every restored table: the rows must be those that expdp wrote.
restore_compare() {
  local folder=$1 schema table number=0 counts differences
  counts=$(cut -f 1,2 "$folder/rows.tsv" | while IFS=$'\t' read -r schema table; do
    number=$((number + 1))
    printf "SELECT '%d' || CHR(9) || COUNT(*) FROM %s.%s;\n" "$number" "$(sql_name "$(restore_name "$schema")")" "$(sql_name "$table")"
  done | sql_run count-restored pdb) || exit
  differences=$(rows_compare "$counts" "$folder/rows.tsv")
  [[ -z $differences ]] ||
    fail restore-differs "$(head -n 5 <<<"$differences" | tr '\n' ';')" "The backup ${folder##*/} cannot be trusted. All earlier ones are kept."
}

# shellcheck shell=bash
# A backup: a consistent Data Pump export to a folder that gets its final name once it is complete, tested by a restore.

# Makes a backup now, in a separate process, so that a failure only ends this backup.
backup_run() {
  bash "$LIB/backup-work.sh"
}

# Only one backup runs at a time: a second one is logged and skipped.
backup_begin() {
  if lock_take "$BACKUP_LOCK"; then
    rm -f "$BACKUP_SKIPPED"
    return 0
  fi
  # A long backup is normal once; if it is still running the next time, it hangs, and no backup would ever be made.
  if [[ -f $BACKUP_SKIPPED ]]; then
    fail backup-stuck "another backup has been running since $(date -u -r "$BACKUP_LOCK" +%Y-%m-%dT%H:%M:%SZ)" \
      "Find out what it is waiting for, or restart the container; no other backup is made until then."
  fi
  : >"$BACKUP_SKIPPED"
  log_event backup skip 'text=another backup is running'
  return 1
}

# The steps, in an order that never reduces the number of good backups. A backup gets its final name once it is complete
# and restored; until then it is named untested, and only one of those is kept: failing tests must not fill the volume.
backup_make() {
  local time part untested
  time=$(date -u +%Y%m%dT%H%M%SZ)
  part=$BACKUPS/.part-$time
  untested=$BACKUPS/untested-$time
  log_event backup start "text=$time"
  [[ -f $OPENED ]] || fail not-open "the database has not been opened with this import yet" "Wait until the database is open."
  backup_clean_parts
  backup_must_fit
  mkdir -p "$part"
  backup_export "$part" "$time"
  backup_seal "$part"
  mv "$part" "$untested"
  durable_sync "$BACKUPS"
  restore_test "$untested"
  mv "$untested" "$BACKUPS/$time"
  durable_sync "$BACKUPS"
  backup_prune "$time"
  log_event backup "done" "text=$time, $(wc -l <"$BACKUPS/$time/rows.tsv") tables, $(kilobytes_of "$BACKUPS/$time") KiB$RESTORE_RESULT"
}

# Removes the remains of killed backups, and all but the newest of those whose restore test failed.
backup_clean_parts() {
  local folder newest=""
  rm -rf "$BACKUPS"/.part-*
  for folder in "$BACKUPS"/untested-*; do
    if [[ -n $newest ]]; then rm -rf "$newest"; fi
    newest=$folder
  done
}

# Prints the schemas that are not Oracle's or Seedbed's.
backup_schemas() {
  local rows name status maintained common
  rows=$(sql_rows users pdb) || exit
  while IFS=$'\t' read -r name status maintained common; do
    [[ $maintained == N && $common == NO ]] || continue
    case $name in "$LOADER" | "$BACKUP_USER" | PDBADMIN | *_SEEDBED_RT) continue ;; esac
    printf '%s\n' "$name"
  done <<<"$rows"
  : "$status"
}

# Prints the bytes of those schemas' segments.
backup_used_bytes() {
  local rows
  rows=$(sql_rows used-bytes pdb) || exit
  awk -F '\t' 'NR == FNR { wanted[$1] = 1; next } $1 in wanted { sum += $2 } END { printf "%.0f", sum }' \
    <(backup_schemas) <(printf '%s\n' "$rows")
}

backup_must_fit() {
  local needed free
  needed=$(backup_used_bytes) || exit
  needed=$((needed / 1024))
  free=$(dump_free_kilobytes)
  ((free > needed + needed / 10)) ||
    fail volume-full "a backup may need $needed KiB, but only $free KiB are free" "Raise database.storage.size, or keep fewer backups."
}

# Exports every schema as of one SCN: backup_export FOLDER TIME.
backup_export() {
  local part=$1 password scn schemas status=0
  scn=$(sql_rows current-scn pdb) || exit
  schemas=$(backup_schemas) || exit
  [[ -n $schemas ]] || fail nothing-to-back-up "there is no schema to back up" "Remove database.backups from the request."
  printf 'CREATE OR REPLACE DIRECTORY SEEDBED_BACKUP_DIR AS %s;\n' "$(sql_literal "$DATABASE_VOLUME/backups/${part##*/}")" |
    sql_run backup-directory pdb >/dev/null
  password=$(account_password)
  account_make "$BACKUP_USER" DATAPUMP_EXP_FULL_DATABASE SEEDBED_BACKUP_DIR "$password"
  data_pump_connect "$BACKUP_USER" "$password"
  data_pump_run expdp "SEEDBED_BACKUP_$2" "$part/export.log" export_watch < <(
    printf 'DIRECTORY=SEEDBED_BACKUP_DIR\nDUMPFILE=backup_%%U.dmp\nREUSE_DUMPFILES=NO\nNOLOGFILE=YES\n'
    printf 'FLASHBACK_SCN=%s\nEXCLUDE=STATISTICS\nSCHEMAS=%s\n' "$scn" "$(backup_list "$schemas")"
  ) || status=$?
  data_pump_disconnect "$BACKUP_USER"
  backup_finished "$status" "$part/export.log" ||
    fail backup-failed "expdp ended with status $status: $(data_pump_reason "$part/export.log")" "Look up the first error code. Earlier backups are unchanged."
  printf 'scn=%s\nfinished=%s\ndatabase=%s\n' "$scn" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$DB_IDENTITY" >"$part/backup.env"
}

# Whether an export is complete: a log that confirms it, and no error but one that loses nothing (ORA-39173: what the database
# encrypts is in clear in the dump, on the same volume). Some that lose rows come with status 0 (ORA-39181).
backup_finished() {
  local plain
  (($1 == 0)) || return 1
  plain=$(data_pump_plain "$2")
  grep -qE '^Job ".*" successfully completed' <<<"$plain" || return 1
  [[ -z $(sed -nE '/^ORA-39173/d; /^ORA-[0-9]+/p' <<<"$plain") ]]
}

# Prints names for a parfile: separated by commas, quoted where Data Pump would convert them to upper case.
backup_list() {
  local name list=""
  while IFS= read -r name; do
    [[ $name =~ ^[A-Z][A-Z0-9_]*$ ]] || name="\"$name\""
    list=$list,$name
  done <<<"$1"
  printf '%s' "${list#,}"
}

# Reads and stores expdp's output; returns expdp's status.
export_watch() {
  local line status=1
  : >"$1"
  while IFS= read -r line; do
    if [[ $line == 'seedbed-exit '* ]]; then status=${line#seedbed-exit }; else printf '%s\n' "$line" >>"$1"; fi
  done
  return "$status"
}

# Writes expdp's row counts and the digests of all files, and syncs everything to disk.
backup_seal() {
  local part=$1
  backup_rows "$part/export.log" exported | LC_ALL=C sort >"$part/rows.tsv"
  (cd "$part" && sha256sum ./*.dmp rows.tsv backup.env | sed 's|  \./|  |' >SHA256SUMS)
  # The files were written by other processes: only a plain sync reliably covers them on every base.
  sync
}

# Prints `schema TAB table TAB rows` of a Data Pump log; the partitions of a table are added up.
backup_rows() {
  data_pump_plain "$1" | sed -nE "s/.*$2 \"([^\"]*)\"\\.\"([^\"]*)\".* ([0-9]+) rows.*/\\1\\t\\2\\t\\3/p" |
    awk -F '\t' '{ rows[$1 "\t" $2] += $3 } END { for (name in rows) printf "%s\t%d\n", name, rows[name] }'
}

# Keeps the newest backups, and always the one just made, whatever the clock says: backup_prune TIME.
backup_prune() {
  local folder keep=$BACKUPS_KEEP
  [[ $keep =~ ^[1-9][0-9]{0,3}$ ]] || keep=1
  for folder in "$BACKUPS"/[0-9]*Z; do
    if [[ -d $folder && ${folder##*/} != "$1" ]]; then printf '%s\n' "$folder"; fi
  done | LC_ALL=C sort -r | tail -n "+$keep" | while IFS= read -r folder; do
    rm -rf "$folder"
  done
}

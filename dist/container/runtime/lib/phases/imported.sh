# shellcheck shell=bash
# imported: the whole dump set or nothing. After a kill everything is dropped and imported again, because the rows
# must be exact and a restarted job would repeat part of its work.

phase_imported_inputs() {
  printf '%s' "$IMPORT_KEY" | digest_stdin
}

phase_imported_run() {
  local job number=0
  dump_locate || fail dump-not-found "the dump set $DUMP_SET is no longer there" "Restart the container: the image contains the dump set."
  imported_forget_a_broken_one
  printf '%s\n' "$IMPORT_KEY" | durable_write "$IMPORTING"
  mkdir -p "$WORK"
  # shellcheck disable=SC2034 # read while impdp reports tables
  ROWS_TOTAL=$(awk -F '\t' '{ rows += $3 } END { printf "%d", rows }' "$FACTS_AT/rows.tsv")
  ROWS_BEFORE=0
  imported_make_loader
  while IFS= read -r job <&9; do
    number=$((number + 1))
    imported_job "$job" "$number"
  done 9< <(imported_jobs)
  ((number > 0)) || fail facts-damaged "dumpset.json lists no export job" "Seed the database again."
  data_pump_disconnect "$LOADER"
  sql_run drop-directory pdb <<<'DROP DIRECTORY SEEDBED_DUMP;' >/dev/null
  rm -f "$IMPORTING"
}

# If a file records an unfinished import, its objects are dropped before a new import.
imported_forget_a_broken_one() {
  local directories
  directories=$(sql_rows directories pdb) || exit
  if [[ -f $IMPORTING ]]; then
    log_progress "an earlier import was interrupted: dropping its objects"
  elif [[ $'\n'$directories == *$'\n'SEEDBED_DUMP$'\t'* ]]; then
    return 0
  fi
  account_drop "$LOADER"
  phase_prepared_run
}

imported_make_loader() {
  local password
  password=$(account_password)
  account_make "$LOADER" DATAPUMP_IMP_FULL_DATABASE SEEDBED_DUMP "$password"
  data_pump_connect "$LOADER" "$password"
}

# Prints the export jobs in their order; schemas before single tables.
imported_jobs() {
  grep -oE '"mode":"[A-Z]+","name":"[A-Z][A-Z0-9_]{0,29}"' "$FACTS_AT/dumpset.json" | sort -s -t '"' -k 4,4 | cut -d '"' -f 8
}

# Prints the dump files of a job, separated by commas. A file belongs to the job with the longest name that is its prefix.
imported_files() {
  local name job best list=""
  while IFS= read -r name; do
    best=""
    while IFS= read -r job; do
      if [[ $name == "$job"[_.-]* ]] && ((${#job} > ${#best})); then best=$job; fi
    done < <(imported_jobs)
    if [[ $best == "$1" ]]; then list=$list,$name; fi
  done < <(dump_files "$FACTS_AT")
  printf '%s' "${list#,}"
}

# Imports one export job's files: imported_job JOB NUMBER.
imported_job() {
  local files log=$WORK/import-$2.log par status=0 errors
  files=$(imported_files "$1")
  [[ -n $files ]] || fail facts-damaged "no dump file belongs to the export job $1" "Seed the database again."
  printf -v par '%s/import-%02d.par' "$SEED" "$2"
  [[ -f $par ]] || par=$SEED/import-01.par
  data_pump_run impdp "SEEDBED_IMPORT_$2" "$log" import_watch < <(
    cat "$par"
    printf 'DIRECTORY=SEEDBED_DUMP\nDUMPFILE=%s\nNOLOGFILE=YES\n' "$files"
  ) || status=$?
  data_pump_finished "$status" "$log" ||
    fail import-failed "impdp ended with status $status: $(data_pump_reason "$log")" \
      "Look up the first error code. The full log is $DATABASE_VOLUME/work/import-$2.log in the container."
  errors=$(import_errors "$log")
  if [[ -n $errors ]]; then
    fail import-errors "$(head -n 3 <<<"$errors" | tr '\n' ' ')($(wc -l <<<"$errors") errors that are not allowed)" \
      "Fix the cause, or add the code to database.import.allow_codes if losing those objects is acceptable."
  fi
  ROWS_BEFORE=$((ROWS_BEFORE + $(data_pump_plain "$log" | awk '/imported ".* rows/ { for (i = 2; i <= NF; i++) if ($i == "rows") rows += $(i - 1) } END { printf "%d", rows }')))
}

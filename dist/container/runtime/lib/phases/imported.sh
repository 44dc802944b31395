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
  imported_keys "$number"
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

# Prints the place of a job's parameters.
imported_parfile() {
  local par
  printf -v par '%s/import-%02d.par' "$SEED" "$1"
  if [[ -f $par ]]; then printf '%s' "$par"; else printf '%s' "$SEED/import-01.par"; fi
}

# Imports one export job's files: imported_job JOB NUMBER.
imported_job() {
  local log=$WORK/import-$2.log par
  par=$(imported_parfile "$2")
  imported_run "$1" "SEEDBED_IMPORT_$2" "$log" "$(cat "$par")"
  ROWS_BEFORE=$((ROWS_BEFORE + $(data_pump_plain "$log" | awk '/imported ".* rows/ { for (i = 2; i <= NF; i++) if ($i == "rows") rows += $(i - 1) } END { printf "%d", rows }')))
}

# Runs impdp over an export job's files: imported_run JOB NAME LOG PARAMETERS. Stops at what is not allowed. Never in a
# subshell: whoever stops the container has to find the name of the job.
imported_run() {
  local files log=$3 status=0 errors
  files=$(imported_files "$1")
  [[ -n $files ]] || fail facts-damaged "no dump file belongs to the export job $1" "Seed the database again."
  data_pump_run impdp "$2" "$log" import_watch < <(
    printf '%s\nDIRECTORY=SEEDBED_DUMP\nDUMPFILE=%s\nNOLOGFILE=YES\n' "$4" "$files"
  ) || status=$?
  data_pump_finished "$status" "$log" ||
    fail import-failed "impdp ended with status $status: $(data_pump_reason "$log")" \
      "Look up the first error code. The full log is $DATABASE_VOLUME/work/${log##*/} in the container."
  errors=$(import_errors "$log")
  [[ -z $errors ]] || imported_fail "$errors"
}

imported_fail() {
  fail import-errors "$(head -n 3 <<<"$1" | tr '\n' ' ')($(wc -l <<<"$1") errors that are not allowed)" \
    "Fix the cause, or add the code to database.import.allow_codes if losing those objects is acceptable."
}

# Creates the foreign keys that failed: a later job may have brought the parent table. imported_keys JOBS.
imported_keys() {
  local job number=0 left="" keys
  while IFS= read -r job <&9; do
    number=$((number + 1))
    keys=$(import_keys "$WORK/import-$number.log")
    [[ -n $keys ]] || continue
    # With a single job there is no later one to wait for.
    if (($1 > 1)); then
      imported_keys_again "$job" "$number"
      keys=$(imported_keys_left "$WORK/keys-$number.log" "$keys")
    fi
    left+=${keys:+$keys$'\n'}
  done 9< <(imported_jobs)
  imported_judge_keys "$left"
}

# Imports a job's foreign keys alone: imported_keys_again JOB NUMBER. The dump has some, or INCLUDE would end the job
# (ORA-39168); with INCLUDE, 19c takes no EXCLUDE.
imported_keys_again() {
  local par
  par=$(imported_parfile "$2")
  log_progress "foreign keys of $1"
  imported_run "$1" "SEEDBED_KEYS_$2" "$WORK/keys-$2.log" "$(grep -v '^EXCLUDE=' "$par")"$'\nINCLUDE=REF_CONSTRAINT'
}

# Prints the keys that failed again: imported_keys_left LOG BEFORE. Those that were made the first time are there, and
# that they exist already is no failure.
imported_keys_left() {
  local key code parent
  while IFS=$'\t' read -r key code parent; do
    [[ $code == ORA-02264 || $code == ORA-02275 ]] && [[ $'\n'$2 != *$'\n'"$key"$'\t'* ]] && continue
    printf '%s\t%s\t%s\n' "$key" "$code" "$parent"
  done < <(import_keys "$1")
}

# Accepts, by name, the failed keys that the scope makes impossible; any other failed key fails the import.
imported_judge_keys() {
  local key code parent refused=""
  while IFS=$'\t' read -r key code parent; do
    [[ -n $key ]] || continue
    if ! imported_key_is_impossible "$code" "$parent"; then
      refused+="foreign key ${key//\"/} to ${parent//\"/}: $code"$'\n'
    elif [[ $code == ORA-00942 ]]; then
      log_progress "foreign key ${key//\"/} is not here: the copy does not have ${parent//\"/} ($code)"
    else
      log_progress "foreign key ${key//\"/} is not here: the copy has only some rows of ${parent//\"/} ($code)"
    fi
  done <<<"$1"
  [[ -z $refused ]] || grep -qx ORA-39083 "$SEED/allow-codes" || imported_fail "${refused%$'\n'}"
}

# Whether a key must fail so: its parent was left out (no such table), or restricted by `where` (no such rows).
imported_key_is_impossible() {
  local tables
  case $1 in
    ORA-00942)
      tables=$(imported_tables "$FACTS_AT/rows.tsv") || exit
      [[ $2 == \"* && $'\n'$tables$'\n' != *$'\n'"$2"$'\n'* ]]
      ;;
    ORA-02298)
      [[ -s $SEED/restricted.tsv ]] || return 1
      tables=$(imported_tables "$SEED/restricted.tsv") || exit
      [[ $'\n'$tables$'\n' == *$'\n'"$2"$'\n'* ]]
      ;;
    *) return 1 ;;
  esac
}

# Prints `"owner"."table"`, with the owner's name here, of a file's lines `schema TAB table …`.
imported_tables() {
  awk -F '\t' 'NR == FNR { here[$1] = $2; next } { printf "\"%s\".\"%s\"\n", ($1 in here ? here[$1] : $1), $2 }' <(owners_map) "$1"
}

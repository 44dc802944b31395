# shellcheck shell=bash
# reconciled: every table has the number of rows that was counted at the source, before any script runs.

phase_reconciled_inputs() {
  printf '%s' "$DUMP_SET" | digest_stdin
}

phase_reconciled_run() {
  local counts differences
  dump_locate || fail dump-not-found "the dump set $DUMP_SET is no longer there" "Restart the container: the image contains the dump set."
  counts=$(reconciled_queries | sql_run count-rows pdb) || exit
  differences=$(rows_compare "$counts" "$FACTS_AT/rows.tsv")
  if [[ -n $differences ]]; then
    fail rows-differ "$(head -n 5 <<<"$differences" | tr '\n' ';') $(wc -l <<<"$differences") tables differ" \
      "The import lost rows. Check $DATABASE_VOLUME/work/import-1.log, or seed the database again."
  fi
  log_progress "$(wc -l <"$FACTS_AT/rows.tsv") tables have the source's row counts"
  reconciled_recompile
  reconciled_invalid_objects
}

# Prints one statement per table, so that the progress of a long count is visible.
reconciled_queries() {
  local schema table number=0
  cut -f 1,2 "$FACTS_AT/rows.tsv" | while IFS=$'\t' read -r schema table; do
    number=$((number + 1))
    printf "SELECT '%d' || CHR(9) || COUNT(*) FROM %s.%s;\n" "$number" \
      "$(sql_name "$(reconciled_target "$schema")")" "$(sql_name "$table")"
  done
}

reconciled_target() {
  local source target
  while IFS=$'\t' read -r source target; do
    if [[ $source == "$1" ]]; then printf '%s' "$target" && return; fi
  done < <(owners_map)
  printf '%s' "$1"
}

# The parallel variant needs the job queue, which is off.
reconciled_recompile() {
  local owner
  while IFS= read -r owner; do
    printf 'BEGIN\n  SYS.UTL_RECOMP.RECOMP_SERIAL(%s);\nEND;\n/\n' "$(sql_literal "$owner")"
  done < <(owners_targets) | sql_run recompile pdb >/dev/null
}

# Reports objects that are invalid here but were valid at the source.
reconciled_invalid_objects() {
  local here new
  here=$(sql_rows invalid-objects pdb) || exit
  new=$(LC_ALL=C comm -23 <(printf '%s\n' "$here" | sed '/^$/d' | sort -u) <(reconciled_invalid_at_source | sort -u))
  [[ -z $new ]] || log_progress "$(wc -l <<<"$new") objects are invalid here but were valid at the source: $(head -n 5 <<<"$new" | tr '\n' ';')"
}

# Prints `OWNER TYPE NAME` from the facts, with the owners' names in this database.
reconciled_invalid_at_source() {
  local object owner
  sed -n 's/.*"invalidObjects":\[\([^]]*\)\].*/\1/p' "$FACTS_AT/dumpset.json" | sed 's/^"//; s/"$//; s/","/\n/g' |
    while IFS= read -r object; do
      owner=${object%% *}
      printf '%s %s\n' "$(reconciled_target "$owner")" "${object#* }"
    done
}

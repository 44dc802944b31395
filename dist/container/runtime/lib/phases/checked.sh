# shellcheck shell=bash
# checked: the database matches the request.

phase_checked_inputs() {
  digest_file "$APPLY/SHA256SUMS"
}

phase_checked_run() {
  local file found
  found=$(sql_rows violations root) || exit
  found=$(grep -- "^$PDB"$'\t' <<<"$found") || :
  [[ -z $found ]] || fail pdb-violation "$(head -n 1 <<<"$found")" "Check PDB_PLUG_IN_VIOLATIONS."
  for file in "$APPLY"/sql/*-check.sql; do
    [[ -f $file ]] || continue
    found=$(sql_run "${file##*/}" pdb <"$file") || exit
    [[ -z $found ]] || fail check-failed "$(head -n 3 <<<"$found" | tr '\n' ';')" "Correct the request, or undo manual changes in the database."
  done
  # After the first opening users may create their own links and jobs.
  checked_was_opened || secure_check
}

# Whether the database has already been opened with this import.
checked_was_opened() {
  [[ $(value_of "$OPENED" database) == "$DB_IDENTITY" && $(value_of "$OPENED" import_key) == "$IMPORT_KEY" ]]
}

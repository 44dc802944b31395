# shellcheck shell=bash
# checked: what was asked for is what is there.

phase_checked_inputs() {
  digest_file "$APPLY/SHA256SUMS"
}

phase_checked_run() {
  local file found
  found=$(sql_rows violations root) || exit
  found=$(grep -- "^$PDB"$'\t' <<<"$found") || :
  [[ -z $found ]] || fail pdb-violation "$(head -n 1 <<<"$found")" "Look into PDB_PLUG_IN_VIOLATIONS."
  for file in "$APPLY"/sql/*-check.sql; do
    [[ -f $file ]] || continue
    found=$(sql_run "${file##*/}" pdb <"$file") || exit
    [[ -z $found ]] || fail check-failed "$(head -n 3 <<<"$found" | tr '\n' ';')" "Correct the request, or what was changed by hand in the database."
  done
  # Afterwards people may make links and jobs of their own.
  checked_was_opened || secure_check
}

# Whether this import was open to people before.
checked_was_opened() {
  [[ $(value_of "$OPENED" database) == "$DB_IDENTITY" && $(value_of "$OPENED" import_key) == "$IMPORT_KEY" ]]
}

# shellcheck shell=bash
# The pluggable database: its identity, and who may connect.

# Sets DB_IDENTITY, PDB_MODE, PDB_RESTRICTED and PDB_SAVED (how the next start opens it: YES or NO for restricted, - for
# not at all). Fails if the instance or the pluggable database does not exist.
pdb_read() {
  local rows kind name mode restricted guid dbid=""
  rows=$(sql_rows pdb-state root) || exit
  PDB_MODE="" PDB_SAVED=-
  while IFS=$'\t' read -r kind name mode restricted guid; do
    case $kind/$name in
      database/*) dbid=$name ;;
      "pdb/$PDB") PDB_MODE=$mode PDB_RESTRICTED=$restricted PDB_GUID=$guid ;;
      "saved/$PDB") if [[ $mode == OPEN ]]; then PDB_SAVED=$restricted; fi ;;
    esac
  done <<<"$rows"
  [[ -n $PDB_MODE ]] || fail pdb-missing "the instance has no pluggable database $PDB" \
    "Check the base and its profile. A volume created by a different base cannot be reused."
  # shellcheck disable=SC2034 # the state files name it
  DB_IDENTITY=$dbid/$PDB_GUID
}

# Whether the pluggable database is open, now and after the next start: pdb_is YES|NO (restricted).
pdb_is() {
  [[ $PDB_MODE == 'READ WRITE' && $PDB_RESTRICTED == "$1" && $PDB_SAVED == "$1" ]]
}

# Restricts the pluggable database to administrators, now and after any restart. MOUNTED would not be safe:
# it stops the base images' hooks, and a start may open it to all users.
pdb_restrict() {
  local was
  pdb_read
  if pdb_is YES; then return 0; fi
  was="$PDB_MODE, restricted $PDB_RESTRICTED"
  if [[ $PDB_MODE != 'READ WRITE' || $PDB_RESTRICTED != YES ]]; then
    pdb_reopen 'READ WRITE RESTRICTED'
    log_progress "the pluggable database was $was and is restricted now"
  fi
  pdb_save YES pdb-not-restricted
}

# Opens the pluggable database to all users, now and after any restart.
pdb_open() {
  pdb_read
  if [[ $PDB_MODE != 'READ WRITE' || $PDB_RESTRICTED != NO ]]; then
    pdb_reopen 'READ WRITE'
  fi
  pdb_save NO pdb-not-open
}

# Makes the next start open it in its current state, and checks the result: pdb_save YES|NO CODE.
pdb_save() {
  local violations
  pdb_statement save-state "ALTER PLUGGABLE DATABASE \"$PDB\" SAVE STATE;"
  pdb_read
  if pdb_is "$1"; then return 0; fi
  violations=$(sql_rows violations root) || exit
  fail "$2" "$PDB is $PDB_MODE, restricted $PDB_RESTRICTED, saved as $PDB_SAVED: ${violations%%$'\n'*}" \
    "Check PDB_PLUG_IN_VIOLATIONS and the alert log."
}

# Each statement in a separate run: after a kill in between, the saved state applies.
pdb_reopen() {
  if [[ $PDB_MODE != MOUNTED ]]; then
    pdb_statement close "ALTER PLUGGABLE DATABASE \"$PDB\" CLOSE IMMEDIATE;"
  fi
  pdb_statement "${1// /-}" "ALTER PLUGGABLE DATABASE \"$PDB\" OPEN $1;"
}

pdb_statement() {
  sql_run "$1" root <<<"$2" >/dev/null
}

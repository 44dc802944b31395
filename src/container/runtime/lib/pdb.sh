# shellcheck shell=bash
# The pluggable database: who it is, and who may come in.

# Sets DB_IDENTITY, PDB_MODE and PDB_RESTRICTED. Fails when the instance or the pluggable database is not there.
pdb_read() {
  local rows name mode restricted guid dbid
  rows=$(sql_rows database-id root) || exit
  dbid=${rows%%$'\t'*}
  rows=$(sql_rows pdb-state root) || exit
  while IFS=$'\t' read -r name mode restricted guid; do
    [[ $name == "$PDB" ]] || continue
    # shellcheck disable=SC2034 # the state files name it
    PDB_MODE=$mode PDB_RESTRICTED=$restricted DB_IDENTITY=$dbid/$guid
    return 0
  done <<<"$rows"
  fail pdb-missing "the instance has no pluggable database $PDB" \
    "Check base and profile of the request; an old volume of another base cannot be used."
}

# Whether the next start opens the pluggable database as it is now: pdb_saved_as YES|NO (restricted).
pdb_saved_as() {
  local rows
  rows=$(sql_rows pdb-saved root) || exit
  [[ $'\n'$rows$'\n' == *$'\n'"$PDB"$'\t'OPEN$'\t'"$1"$'\n'* ]]
}

# Leaves the pluggable database open to administrators alone, now and after any restart. MOUNTED is no safe place:
# it stops the base images' hooks, and a start may open it to everybody.
pdb_restrict() {
  local was
  pdb_read
  if [[ $PDB_MODE == 'READ WRITE' && $PDB_RESTRICTED == YES ]] && pdb_saved_as YES; then
    return 0
  fi
  was="$PDB_MODE, restricted $PDB_RESTRICTED"
  if [[ $PDB_MODE != 'READ WRITE' || $PDB_RESTRICTED != YES ]]; then
    pdb_reopen 'READ WRITE RESTRICTED'
    log_progress "the pluggable database was $was: it is restricted now"
  fi
  pdb_statement save-restricted "ALTER PLUGGABLE DATABASE \"$PDB\" SAVE STATE;"
  pdb_read
  [[ $PDB_MODE == 'READ WRITE' && $PDB_RESTRICTED == YES ]] ||
    fail pdb-not-restricted "$PDB is $PDB_MODE, restricted $PDB_RESTRICTED" "Look into PDB_PLUG_IN_VIOLATIONS and the alert log."
  pdb_saved_as YES || fail pdb-not-saved "the restricted state of $PDB was not saved" "Look into DBA_PDB_SAVED_STATES and the alert log."
}

# Opens the pluggable database for everybody who has an account, now and after any restart.
pdb_open() {
  pdb_read
  if [[ $PDB_MODE != 'READ WRITE' || $PDB_RESTRICTED != NO ]]; then
    pdb_reopen 'READ WRITE'
  fi
  pdb_statement save-open "ALTER PLUGGABLE DATABASE \"$PDB\" SAVE STATE;"
  pdb_read
  [[ $PDB_MODE == 'READ WRITE' && $PDB_RESTRICTED == NO ]] && pdb_saved_as NO && return
  fail pdb-not-open "$PDB is $PDB_MODE, restricted $PDB_RESTRICTED after it was opened: $(sql_rows violations root | head -n 1)" \
    "Look into PDB_PLUG_IN_VIOLATIONS and the alert log."
}

# Each statement in a run of its own: a kill in between leaves what the saved state says.
pdb_reopen() {
  if [[ $PDB_MODE != MOUNTED ]]; then
    pdb_statement close "ALTER PLUGGABLE DATABASE \"$PDB\" CLOSE IMMEDIATE;"
  fi
  pdb_statement "${1// /-}" "ALTER PLUGGABLE DATABASE \"$PDB\" OPEN $1;"
}

pdb_statement() {
  sql_run "$1" root <<<"$2" >/dev/null
}

# Whether the instance answers and the root is open; says nothing.
pdb_instance_answers() {
  local rows
  rows=$(sql_try database-id root <"$SELF/sql/database-id.sql") || return 1
  [[ $rows == *'READ WRITE'* ]]
}

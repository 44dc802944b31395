# shellcheck shell=bash
# created: the base image has made or started its database, and we know which one it is.

phase_created_inputs() {
  printf '%s %s' "$PROFILE" "$PDB" | digest_stdin
}

phase_created_run() {
  # Left by a Data Pump client that was killed together with its instance.
  pdb_restrict
  account_drop "$LOADER"
  account_drop "$BACKUP_USER"
}

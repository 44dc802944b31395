# shellcheck shell=bash
# created: the base image has made or started its database, and we know which one it is.

phase_created_inputs() {
  printf '%s %s' "$PROFILE" "$PDB" | digest_stdin
}

phase_created_run() {
  pdb_restrict
}

# shellcheck shell=bash
# created: the base image has created or started its database, and its identity is known.

phase_created_inputs() {
  printf '%s %s' "$PROFILE" "$PDB" | digest_stdin
}

phase_created_run() {
  pdb_restrict
}

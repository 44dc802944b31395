# shellcheck shell=bash
# restricted: from here until `open` only administrators can connect, even after a crash.

phase_restricted_inputs() {
  printf '%s' "$PDB" | digest_stdin
}

phase_restricted_run() {
  pdb_restrict
}

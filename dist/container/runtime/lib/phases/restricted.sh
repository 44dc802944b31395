# shellcheck shell=bash
# restricted: from here to `open` only administrators come in, also after a crash.

phase_restricted_inputs() {
  printf '%s' "$PDB" | digest_stdin
}

phase_restricted_run() {
  pdb_restrict
}

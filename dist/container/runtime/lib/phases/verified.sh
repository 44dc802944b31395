# shellcheck shell=bash
# verified: every byte of the dump set is what the source wrote.

phase_verified_inputs() {
  printf '%s' "$DUMP_SET" | digest_stdin
}

phase_verified_run() {
  dump_locate || fail dump-not-found "the dump set $DUMP_SET has gone" "Restart the container; the image has it."
  dump_verify
}

# shellcheck shell=bash
# verified: every byte of the dump set is as the source wrote it.

phase_verified_inputs() {
  printf '%s' "$DUMP_SET" | digest_stdin
}

phase_verified_run() {
  dump_locate || fail dump-not-found "the dump set $DUMP_SET is no longer there" "Restart the container: the image contains the dump set."
  dump_verify
}

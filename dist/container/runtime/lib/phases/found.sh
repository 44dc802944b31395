# shellcheck shell=bash
# found: the lock's dump set is available, on the volume or in the image.

phase_found_inputs() {
  printf '%s' "$DUMP_SET" | digest_stdin
}

phase_found_run() {
  if dump_is_ours "$FACTS" && dump_is_there "$DUMP" "$FACTS"; then
    log_progress "the volume has the dump set"
    return 0
  fi
  if ! dump_is_ours "$IMAGE_FACTS" || ! dump_is_there "$IMAGE_DUMP" "$IMAGE_FACTS"; then
    fail dump-not-found "neither the volume nor the image has the dump set $DUMP_SET" \
      "Deploy the image in seed.lock.yaml; manifests and image must come from the same commit."
  fi
  if [[ $KEEP_DUMP == yes ]]; then
    dump_copy
  else
    rm -rf "$FACTS" "$DUMP"
  fi
}

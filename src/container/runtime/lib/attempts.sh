# shellcheck shell=bash
# The same inputs may fail three times; then nothing runs until they change.

readonly ATTEMPTS_ALLOWED=3

# Sets ATTEMPT_INPUTS: everything that could make the next attempt end otherwise.
attempts_identify() {
  ATTEMPT_INPUTS=$({
    digest_file "$SEED/SHA256SUMS"
    # With the dates of the secrets: a password that arrives or is corrected is worth another attempt.
    phase_configured_inputs
    cat "$LIB"/*.sh "$LIB"/phases/*.sh "$SELF"/sql/*.sql "$SELF"/profiles/*.sh
  } | digest_stdin)
}

# Prints how often these inputs failed.
attempts_failed() {
  local count
  if [[ $(value_of "$ATTEMPTS" inputs) != "${ATTEMPT_INPUTS:-}" ]]; then
    printf 0
    return
  fi
  count=$(value_of "$ATTEMPTS" count) || count=0
  [[ $count =~ ^[0-9]{1,4}$ ]] || count=0
  printf '%s' "$count"
}

# One more failure of these inputs.
attempts_count() {
  printf 'inputs=%s\ncount=%d\n' "${ATTEMPT_INPUTS:-}" "$(($(attempts_failed) + 1))" | durable_write "$ATTEMPTS"
}

# Everything went well: the next failure is the first again.
attempts_clear() {
  rm -f "$ATTEMPTS" "$FAILURE"
}

# Ends the program when these inputs failed three times, saying the reason again.
attempts_guard() {
  local said
  (($(attempts_failed) >= ATTEMPTS_ALLOWED)) || return 0
  said=$(value_of "$FAILURE" message) || said="seedbed phase=created event=fail code=attempts-exhausted"
  fail_terminate "$said"
  printf '%s\n' "$said" >&3
  log_event "$(value_of "$FAILURE" phase || printf created)" skip \
    "text=failed $ATTEMPTS_ALLOWED times with the same inputs: nothing is tried again until they change"
  exit "$EXIT_HOLD"
}

# shellcheck shell=bash
# With the same inputs three failures are allowed; then nothing runs until the inputs change.

readonly ATTEMPTS_ALLOWED=3

# Sets ATTEMPT_INPUTS: everything that could change the result of the next attempt.
attempts_identify() {
  ATTEMPT_INPUTS=$({
    digest_file "$SEED/SHA256SUMS"
    # Includes the passwords: an added or corrected password justifies another attempt.
    phase_configured_inputs
    tls_inputs
    cat "$LIB"/*.sh "$LIB"/phases/*.sh "$SELF"/sql/*.sql "$SELF"/profiles/*.sh
  } | digest_stdin)
}

# Prints the number of failures with these inputs.
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

# Counts one more failure with these inputs.
attempts_count() {
  printf 'inputs=%s\ncount=%d\n' "${ATTEMPT_INPUTS:-}" "$(($(attempts_failed) + 1))" | durable_write "$ATTEMPTS"
}

# Resets the count after a success.
attempts_clear() {
  rm -f "$ATTEMPTS" "$FAILURE"
}

# Ends the program after three failures with these inputs, and logs the reason again.
attempts_guard() {
  local said
  (($(attempts_failed) >= ATTEMPTS_ALLOWED)) || return 0
  said=$(value_of "$FAILURE" message) || said="seedbed phase=created event=fail code=attempts-exhausted"
  fail_terminate "$said"
  printf '%s\n' "$said" >&3
  log_event "$(value_of "$FAILURE" phase || printf created)" skip \
    "text=failed $ATTEMPTS_ALLOWED times with the same inputs: no further attempt until they change"
  exit "$EXIT_HOLD"
}

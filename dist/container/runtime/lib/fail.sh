# shellcheck shell=bash
# A failure is reported once, in the log, the termination message and the failure file; then the program ends.

# The state machine failed; the failure is recorded.
readonly EXIT_FAILED=86
# The state machine did not run, because the same inputs failed three times.
readonly EXIT_HOLD=87
# The container was stopped.
readonly EXIT_STOPPED=143

# Ends the program: fail CODE TEXT FIX.
fail() {
  local code=$1 text=$2 fix=$3
  local phase=${PHASE:-created} line
  # A stop makes everything fail, which is not a failure of the database.
  [[ ! -f $STOPPING ]] || exit "$EXIT_STOPPED"
  line=$(log_line "$phase" fail "code=$code" "text=$text" "fix=$fix")
  printf '%s\n' "$line" >&3
  if [[ ${FAILURE_IS_RECORDED:-yes} == yes ]]; then
    fail_record "$phase" "$code" "$line" || printf 'seedbed: the failure could not be written to the volume\n' >&3
  fi
  exit "$EXIT_FAILED"
}

# Writes the failure file, counts the attempt and writes the termination message.
fail_record() {
  local phase=$1 code=$2 line=$3
  fail_terminate "$line"
  [[ -d $VOLUME ]] || return 0
  attempts_count
  printf 'phase=%s\ncode=%s\ninputs=%s\nat=%s\nmessage=%s\n' \
    "$phase" "$code" "${ATTEMPT_INPUTS:-}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$line" | durable_write "$FAILURE"
}

# Writes a line to the file from which Kubernetes reads the termination reason; on a laptop there is no such file.
fail_terminate() {
  [[ -d ${TERMINATION_MESSAGE%/*} ]] || return 0
  { printf '%s\n' "$1" >"$TERMINATION_MESSAGE"; } 2>/dev/null || :
}

# Reports an unexpected failure of a command: the location, but never any values.
fail_unexpected() {
  local status=$1 line=$2 file=$3
  # The failure was already reported in a subshell.
  ((status == EXIT_FAILED || status == EXIT_HOLD || status == EXIT_STOPPED)) && exit "$status"
  fail internal "unexpected exit status $status in ${file##*/}, line $line" \
    "Check the lines above this one. If the volume is full or read-only, fix that; the next start retries."
}

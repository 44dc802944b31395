# shellcheck shell=bash
# A failure is said once: in the log, the termination message and the failure file; then the program ends.

# The machine failed; what happened is recorded.
readonly EXIT_FAILED=86
# The machine did not run: the same inputs failed three times.
readonly EXIT_HOLD=87
# Somebody stopped the container.
readonly EXIT_STOPPED=143

# Ends the program: fail CODE TEXT FIX.
fail() {
  local code=$1 text=$2 fix=$3
  local phase=${PHASE:-created} line
  # Being stopped makes everything fail: that says nothing about the database.
  [[ ! -f $STOPPING ]] || exit "$EXIT_STOPPED"
  line=$(log_line "$phase" fail "code=$code" "text=$text" "fix=$fix")
  printf '%s\n' "$line" >&3
  if [[ ${FAILURE_IS_RECORDED:-yes} == yes ]]; then
    fail_record "$phase" "$code" "$line" || printf 'seedbed: the failure could not be written to the volume\n' >&3
  fi
  exit "$EXIT_FAILED"
}

# Writes the failure file, counts the attempt and leaves the termination message.
fail_record() {
  local phase=$1 code=$2 line=$3
  fail_terminate "$line"
  [[ -d $VOLUME ]] || return 0
  attempts_count
  printf 'phase=%s\ncode=%s\ninputs=%s\nat=%s\nmessage=%s\n' \
    "$phase" "$code" "${ATTEMPT_INPUTS:-}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$line" | durable_write "$FAILURE"
}

# Leaves a line where Kubernetes reads the reason of a container's end; a laptop has no such file.
fail_terminate() {
  [[ -d ${TERMINATION_MESSAGE%/*} ]] || return 0
  { printf '%s\n' "$1" >"$TERMINATION_MESSAGE"; } 2>/dev/null || :
}

# A command failed that nobody expected to: names the place, never the values.
fail_unexpected() {
  local status=$1 line=$2 file=$3
  # The failure was said already, in a subshell.
  ((status == EXIT_FAILED || status == EXIT_HOLD || status == EXIT_STOPPED)) && exit "$status"
  fail internal "an unexpected status $status in ${file##*/} line $line" \
    "Look at the lines above this one. If the volume is full or read-only, mend that; the next start tries again."
}

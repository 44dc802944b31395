# shellcheck shell=bash
# shellcheck disable=SC2034 # constants for the files that source this one
# Time limits in seconds. A file in the image can only lower them, for tests.

WATCH_SECONDS=10
POLL_SECONDS=1
# DBCA takes 10 to 20 minutes, longer on slow disks.
BASE_START_SECONDS=5400
# The instance responds, but the base image did not call the hook.
HOOK_GRACE_SECONDS=120
PROBE_BASE_SECONDS=15
INSTANCE_PROBE_SECONDS=60
INSTANCE_MISSES_ALLOWED=5
# PID 1 leaves a sign of life in every round; for the probes it hangs when that is so old.
HEARTBEAT_SECONDS=120
# First the runtime's own processes, then the base: together less than terminationGracePeriodSeconds (300), so that the
# last line is still logged.
STOP_SECONDS=240
STOP_JOB_SECONDS=20
MACHINE_STOP_SECONDS=40

# Lowers a constant to the file's value; anything that is not a smaller whole number is ignored. Only `sleep` reads
# POLL_SECONDS, and takes tenths.
timing_load() {
  local name value
  [[ -f $TIMING_FILE ]] || return 0
  while IFS='=' read -r name value; do
    case $name in
      WATCH_SECONDS | POLL_SECONDS | BASE_START_SECONDS | HOOK_GRACE_SECONDS | PROBE_BASE_SECONDS | INSTANCE_PROBE_SECONDS | HEARTBEAT_SECONDS | STOP_SECONDS | STOP_JOB_SECONDS | MACHINE_STOP_SECONDS) ;;
      *) continue ;;
    esac
    if [[ $name == POLL_SECONDS && $value =~ ^0\.[1-9]$ ]]; then
      POLL_SECONDS=$value
    elif [[ $value =~ ^[0-9]{1,4}$ ]] && ((10#$value < ${!name})); then
      printf -v "$name" '%d' "$((10#$value))"
    fi
  done <"$TIMING_FILE"
}

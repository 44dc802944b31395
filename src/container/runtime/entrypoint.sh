#!/bin/bash
# PID 1 of a seed image: checks the volume, runs the base image's own start command and the state machine, applies
# changes while the database is open, and stops everything in the right order.
# Before anything else: the kernel drops a signal that the first process of a container has no handler for (pid_namespaces(7)),
# and the pod would run on until its grace is over. Until something has been started nothing has to be stopped. It is set once: an
# older bash ignores the signal while it sets another trap (its trap.c, set_signal).
trap '${ON_TERM:-exit 143}' TERM INT
set -Eeuo pipefail
# shellcheck source=lib/load.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/load.sh"
# shellcheck source=/dev/null
source "$LIB/watch.sh"
trap 'fail_unexpected "$?" "$LINENO" "${BASH_SOURCE[0]}"' ERR

# shellcheck disable=SC2034 # set and read in other files
BASE_PID="" MACHINE_PID="" SCHEDULER_PID=""

# Seedbed's processes first, so that no job is cut off; then the base image.
entrypoint_stop_all() {
  : >"$STOPPING"
  process_stop "$MACHINE_STOP_SECONDS" "$SCHEDULER_PID" "$MACHINE_PID"
  base_stop
}

entrypoint_stopped() {
  trap '' TERM INT
  trap - ERR
  rm -f "$READY"
  log_event open progress 'text=stopping on request'
  entrypoint_stop_all
  exit "$EXIT_STOPPED"
}

# The failure has already been logged where it occurred.
entrypoint_end() {
  trap '' TERM INT
  trap - ERR
  rm -f "$READY"
  entrypoint_stop_all
  exit "$1"
}

# All checks that are possible before anything is started.
entrypoint_prepare() {
  # Nothing else runs yet: what is in memory was left by a container that was killed, and counts against this one's limit.
  find "${RUN%/*}" -mindepth 1 -delete 2>/dev/null || :
  mkdir -p "$RUN"
  volume_must_be_writable
  config_take_seed
  config_take_apply || fail config-damaged "the configuration in ${APPLY_MOUNT#"$ROOT"} does not match its SHA256SUMS" \
    "Render the manifests again and apply them."
  load_configuration
  attempts_identify
  volume_must_be_ours "$ORADATA/dbconfig" "$ORADATA/$ORACLE_SID"
  profile_preflight
  tls_prepare
  profile_before_base
  base_install_hook
}

entrypoint_main() {
  # shellcheck disable=SC2034 # read where lines are logged
  PHASE=created
  entrypoint_prepare
  log_event created start "text=$DATABASE, profile $PROFILE"
  # shellcheck disable=SC2034 # read by the trap
  ON_TERM=entrypoint_stopped
  base_start
  watch_begin
  while :; do
    : >"$HEARTBEAT"
    watch_tick
    sleep "$POLL_SECONDS" &
    wait "$!" || :
  done
}

entrypoint_main

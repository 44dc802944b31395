#!/bin/bash
# The state machine: runs every phase that is not finished, in order. `start` at a start, `apply` while open.
set -Eeuo pipefail
# shellcheck source=lib/load.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/load.sh"
trap 'fail_unexpected "$?" "$LINENO" "${BASH_SOURCE[0]}"' ERR
trap 'machine_stopped' TERM INT

# The database is stopped next, and a running job would be cut off.
machine_stopped() {
  trap '' TERM INT
  data_pump_stop
  exit "$EXIT_STOPPED"
}

# Runs the phases from the first unfinished one.
machine_run() {
  local index finished
  finished=$(state_finished)
  state_guard "$finished"
  for ((index = 0; index < finished; index++)); do
    log_event "${PHASES[index]}" skip
  done
  ((finished < ${#PHASES[@]})) || return 0
  state_void_from "$finished"
  for ((index = finished; index < ${#PHASES[@]}; index++)); do
    PHASE=${PHASES[index]}
    machine_phase "$PHASE"
  done
}

# The inputs are recorded before the work, so that a change during the work is detected.
machine_phase() {
  local inputs
  inputs=$("phase_$1_inputs")
  log_event "$1" start
  "phase_$1_run"
  state_write "$1" "$inputs"
  log_event "$1" "done"
}

machine_main() {
  local mode=$1 finished
  PHASE=created
  load_configuration
  sql_environment
  attempts_identify
  pdb_read
  finished=$(state_finished)
  if [[ $mode == start ]]; then
    # Before anything else: after a crash the database may be open although it is not ready.
    if ((finished < ${#PHASES[@]})); then
      pdb_restrict
      # Only if there is work: three failed starts of the base do not concern a database that is already complete.
      attempts_guard
    fi
    accounts_sweep
  elif ((finished <= $(state_index secured))); then
    fail not-secured "a configuration change arrived before the import finished" "Wait: it is applied at the next start."
  fi
  # Before the import: a certificate that cannot be served is told at once, and not after hours.
  PHASE=configured tls_apply
  machine_run
  attempts_clear
}

machine_main "${1:-start}"

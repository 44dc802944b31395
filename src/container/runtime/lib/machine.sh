#!/bin/bash
# The state machine: runs every phase that is not finished, in order. `start` at a start, `apply` while open.
set -Eeuo pipefail
# shellcheck source=lib/load.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/load.sh"
trap 'fail_unexpected "$?" "$LINENO" "${BASH_SOURCE[0]}"' ERR
trap 'machine_stopped' TERM INT

# The database goes down next: a job that goes on would be cut off.
machine_stopped() {
  trap '' TERM INT
  data_pump_stop
  exit "$EXIT_STOPPED"
}

# Runs the phases from the first that is not finished.
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

# The inputs are taken before the work: what changes meanwhile counts as a change.
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
    # Before anything else: a crash must not have opened what is not ready.
    if ((finished < ${#PHASES[@]})); then
      pdb_restrict
      # Only where there is work: a base that could not start three times says nothing about a database that is whole.
      attempts_guard
    fi
    accounts_sweep
  elif ((finished <= $(state_index secured))); then
    fail not-secured "a change came before the import was finished" "Wait; it is applied with the next start."
  fi
  machine_run
  attempts_clear
}

machine_main "${1:-start}"

#!/bin/bash
# Starts the scheduled jobs in their minute. Oracle's scheduler stays off, so that no copied job runs.
set -Eeuo pipefail
# shellcheck source=lib/load.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/load.sh"
trap 'kill -TERM $(jobs -p) 2>/dev/null || :; exit "$EXIT_STOPPED"' TERM INT

scheduler_main() {
  local now minute last
  printf -v now '%(%s)T' -1
  last=$((now / 60))
  while :; do
    sleep 5 &
    wait "$!" || :
    printf -v now '%(%s)T' -1
    last=$(schedule_resume "$last" "$((now / 60))")
    for ((minute = last + 1; minute <= now / 60; minute++)); do
      scheduler_minute "$((minute * 60))"
    done
    ((now / 60 < last)) || last=$((now / 60))
  done
}

scheduler_minute() {
  local job
  while IFS= read -r job; do
    [[ $job == backup ]] || continue
    { bash "$LIB/backup-now.sh" || :; } &
  done < <(schedule_due "$1")
}

scheduler_main

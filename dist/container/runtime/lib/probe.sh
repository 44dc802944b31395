#!/bin/bash
# Kubernetes probes: `probe.sh startup|live` checks that PID 1 is active, `probe.sh ready` that users may connect.
set -Eeuo pipefail
# shellcheck source=lib/load.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/load.sh"
# shellcheck disable=SC2034 # read in lib/fail.sh
FAILURE_IS_RECORDED=no

# PID 1 exits when its database ends, so the only failure to detect is a hang.
probe_live() {
  local now beat
  printf -v now '%(%s)T' -1
  beat=$(stat -c %Y "$HEARTBEAT" 2>/dev/null) || return 1
  ((now - beat < HEARTBEAT_SECONDS))
}

probe_ready() {
  [[ -f $READY ]] || return 1
  load_configuration
  sql_environment
  pdb_read
  [[ $PDB_MODE == 'READ WRITE' && $PDB_RESTRICTED == NO ]]
}

case ${1:-} in
  startup | live) probe_live ;;
  ready) probe_ready ;;
  *) exit 2 ;;
esac

#!/bin/bash
# Kubernetes asks: `probe.sh startup|live` whether PID 1 is at work, `probe.sh ready` whether people may come in.
set -Eeuo pipefail
# shellcheck source=lib/load.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/load.sh"
# shellcheck disable=SC2034 # read in lib/fail.sh
FAILURE_IS_RECORDED=no

# PID 1 ends by itself when its database does; all it can do wrong is to hang.
probe_live() {
  local now beat
  printf -v now '%(%s)T' -1
  beat=$(stat -c %Y "$HEARTBEAT" 2>/dev/null) || return 1
  ((now - beat < 120))
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

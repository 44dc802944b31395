#!/bin/bash
# Stand-in for healthcheck.sh of gvenzl/oci-oracle-free: 0 ready, 1 not ready, 2 to 5 a step that is not done.
set -Eeuo pipefail

BASE=${SEEDBED_ROOT:-}/opt/oracle
NAME=${1:-FREEPDB1}
if [ "${2:-}" != ignore ]; then
  if [ -f "$BASE/hc-container-init" ]; then exit 2; fi
  if [ -f "$BASE/hc-pdb-create" ]; then exit 3; fi
  if [ -f "$BASE/hc-user-setup-scripts" ]; then exit 4; fi
  if [ -f "$BASE/hc-user-startup-scripts" ]; then exit 5; fi
fi
if [ "$NAME" = FREE ]; then view="v\$database"; else view="v\$pdbs"; fi
status=$(sqlplus -s / as sysdba <<SQL
  set heading off;
  set pagesize 0;
  select trim(open_mode) from $view where name = '$NAME';
  exit;
SQL
)
if [ "$status" = "READ WRITE" ]; then exit 0; fi
exit 1

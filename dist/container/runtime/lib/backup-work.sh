#!/bin/bash
# One backup, in a separate process.
set -Eeuo pipefail
# shellcheck source=lib/load.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/load.sh"
# shellcheck disable=SC2034 # read where lines are logged
PHASE=backup
# A failed backup is logged, but the database stays open.
# shellcheck disable=SC2034 # read in lib/fail.sh
FAILURE_IS_RECORDED=no
trap 'fail_unexpected "$?" "$LINENO" "${BASH_SOURCE[0]}"' ERR
trap 'trap "" TERM INT; data_pump_stop; exit "$EXIT_STOPPED"' TERM INT

backup_begin || exit 0
trap 'lock_release "$BACKUP_LOCK"' EXIT
load_configuration
sql_environment
pdb_read
# A separate folder for the client, because an apply run may be active at the same time.
RUN=$RUN/backup
mkdir -p "$RUN"
backup_make

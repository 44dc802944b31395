#!/bin/bash
# Makes a backup now, as the schedule does: `kubectl exec <pod> -- /opt/seedbed/lib/backup-now.sh`.
set -Eeuo pipefail
# shellcheck source=lib/load.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/load.sh"

backup_run

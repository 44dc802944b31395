#!/bin/bash
# Makes a backup now, in the same way as the schedule: `kubectl exec <pod> -- /opt/seedbed/lib/backup-now.sh`.
set -Eeuo pipefail
# shellcheck source=lib/load.sh
source "${SEEDBED_ROOT:-}/opt/seedbed/lib/load.sh"

backup_run

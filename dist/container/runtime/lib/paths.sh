# shellcheck shell=bash
# shellcheck disable=SC2034 # constants for the files that source this one
# Every path of the runtime. SEEDBED_ROOT is empty in a container; a sandbox sets it to its root file system.

ROOT=${SEEDBED_ROOT:-}

SELF=$ROOT/opt/seedbed
LIB=$SELF/lib
IMAGE_DUMP=$SELF/dump
IMAGE_FACTS=$SELF/facts
DEFAULTS=$SELF/default
BASE_COMMAND=$DEFAULTS/base-command
TIMING_FILE=$SELF/timing

# ConfigMaps are mounted as whole directories, because a subPath mount is never updated.
SEED_MOUNT=$ROOT/etc/seedbed/seed
APPLY_MOUNT=$ROOT/etc/seedbed/apply
SECRETS=$ROOT/run/secrets/seedbed

ORADATA=$ROOT/opt/oracle/oradata
VOLUME=$ORADATA/.seedbed
STATE=$VOLUME/state
FAILURE=$VOLUME/failure
ATTEMPTS=$VOLUME/attempts
DUMP=$VOLUME/dump
FACTS=$VOLUME/facts
SEED=$VOLUME/config/seed
APPLY=$VOLUME/config/apply
WORK=$VOLUME/work
BACKUPS=$VOLUME/backups
# The import with which the database was first opened: integrity is only checked before that, not after users have edited data.
OPENED=$VOLUME/opened
IMPORTING=$VOLUME/importing
OWNERS=$VOLUME/owners
SCRIPTS_DONE=$VOLUME/scripts-done
USERS_DONE=$VOLUME/users-done
GRANTS_DONE=$VOLUME/grants-done
PARAMETERS_DONE=$VOLUME/parameters-done
# Written by the renderer and by nobody else: statements of GRANT alone.
GRANTS=$APPLY/sql/10-configure.sql

# The database server sees paths without the sandbox's prefix.
DATABASE_VOLUME=/opt/oracle/oradata/.seedbed
DATABASE_IMAGE_DUMP=/opt/seedbed/dump

# In memory only, so that passwords and statements are never written to disk.
RUN=$ROOT/dev/shm/seedbed
HOOK_CAME=$RUN/hook
READY=$RUN/ready
STOPPING=$RUN/stopping
HEARTBEAT=$RUN/heartbeat
BACKUP_LOCK=$RUN/backup.lock
BACKUP_SKIPPED=$RUN/backup.skipped

# The wallet of the listener, and what it is made of.
TLS=$RUN/tls
TLS_PAIR=$TLS/pair
TLS_NEW=$TLS/new
TLS_OLD=$TLS/old
TLS_WALLET=$TLS/wallet
TLS_SERVED=$TLS/served
DATABASE_WALLET=/dev/shm/seedbed/tls/wallet

CGROUP=$ROOT/sys/fs/cgroup
TERMINATION_MESSAGE=$ROOT/dev/termination-log

# shellcheck shell=bash
# shellcheck disable=SC2034 # read by the files that source this one
# Oracle Database Free 26ai from Oracle's registry (oracle/docker-images, OracleDatabase/SingleInstance).

export ORACLE_SID=FREE
export ORACLE_BASE=${ORACLE_BASE:-$ROOT/opt/oracle}
export ORACLE_HOME=${ORACLE_HOME:-$ROOT/opt/oracle/product/26ai/dbhomeFree}
export RUN_FILE=${RUN_FILE:-runOracle.sh}
# Where this image looks for scripts after opening its database.
PROFILE_HOOKS=$ROOT/opt/oracle/scripts/startup
PROFILE_HIDES_ERROR_DETAILS=yes
PROFILE_LIMITS_USER_DATA=yes
PROFILE_PRINTS_PASSWORD=no

# The base image needs no further preparation or environment.
profile_before_base() {
  rm -f "$ROOT/dev/shm/.db_started"
}

profile_preflight() {
  # This image moves the whole dbs folder to the volume.
  oracle_image_preflight dbs
}

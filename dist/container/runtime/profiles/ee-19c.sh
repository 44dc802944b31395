# shellcheck shell=bash
# shellcheck disable=SC2034 # read by the files that source this one
# Oracle Database 19c built from oracle/docker-images (OracleDatabase/SingleInstance/dockerfiles/19.3.0).

export ORACLE_SID=${ORACLE_SID:-ORCLCDB}
export ORACLE_BASE=${ORACLE_BASE:-$ROOT/opt/oracle}
export ORACLE_HOME=${ORACLE_HOME:-$ROOT/opt/oracle/product/19c/dbhome_1}
export RUN_FILE=${RUN_FILE:-runOracle.sh}
# Where this image looks for scripts after opening its database.
PROFILE_HOOKS=$ROOT/opt/oracle/scripts/startup
PROFILE_HIDES_ERROR_DETAILS=no
PROFILE_LIMITS_USER_DATA=no
# Images built before 2022 print it, given or made up.
PROFILE_PRINTS_PASSWORD=yes

profile_before_base() {
  rm -f "$ROOT/dev/shm/.db_started"
  memory_share_out
}

profile_preflight() {
  memory_must_do
  oracle_image_preflight ""
}

# shellcheck shell=bash
# shellcheck disable=SC2034 # read by the files that source this one
# gvenzl/oci-oracle-free, the regular flavour.

export ORACLE_SID=FREE
export ORACLE_BASE=${ORACLE_BASE:-$ROOT/opt/oracle}
export ORACLE_HOME=${ORACLE_HOME:-$ROOT/opt/oracle/product/26ai/dbhomeFree}
# Where this image looks for scripts after opening its database.
PROFILE_HOOKS=$ROOT/container-entrypoint-startdb.d
PROFILE_HIDES_ERROR_DETAILS=yes
PROFILE_LIMITS_USER_DATA=yes
PROFILE_PRINTS_PASSWORD=no

# Marker files of an earlier start in the same container would make its health check fail forever.
profile_before_base() {
  rm -f "$ROOT"/opt/oracle/hc-*
  gvenzl_password
}

# The first start needs exactly one of three variables; a random password would be printed, so a file is used.
gvenzl_password() {
  [[ -z ${ORACLE_PASSWORD:-}${ORACLE_PASSWORD_FILE:-}${ORACLE_RANDOM_PASSWORD:-} ]] || return 0
  local given=$ROOT/run/secrets/oracle_pwd
  if [[ -s $given ]]; then
    export ORACLE_PASSWORD_FILE=$given
    return 0
  fi
  account_password >"$RUN/base-password"
  chmod 0600 "$RUN/base-password"
  export ORACLE_PASSWORD_FILE=$RUN/base-password
}

profile_preflight() {
  gvenzl_preflight
}

#!/bin/bash
# Stand-in for container-entrypoint.sh of gvenzl/oci-oracle-free (regular image): the same steps in the same order.
# Left out: ORACLE_DATABASE and APP_USER (refused below), TCPS, the notice about old versions.
set -Eeuo pipefail

R=${SEEDBED_ROOT:-}
export ORACLE_BASE=$R/opt/oracle
export ORACLE_HOME=$ORACLE_BASE/product/26ai/dbhomeFree
export ORACLE_SID=FREE
DATA=$ORACLE_BASE/oradata
CONFIG=$DATA/dbconfig/FREE
ADMIN=$ORACLE_HOME/network/admin

stop_database() {
  echo "CONTAINER: shutdown request received."
  lsnrctl stop
  sqlplus -s / as sysdba <<SQL
    shutdown immediate;
    exit;
SQL
  echo "CONTAINER: shutdown complete."
}
trap stop_database SIGINT SIGTERM

link_configuration() {
  ln -s "$CONFIG/spfileFREE.ora" "$CONFIG/orapwFREE" "$ORACLE_HOME/dbs/"
  ln -s "$CONFIG/listener.ora" "$CONFIG/tnsnames.ora" "$CONFIG/sqlnet.ora" "$ADMIN/"
}

unpack_database() {
  echo "CONTAINER: uncompressing database data files, please wait..."
  7zzs x "$ORACLE_BASE/FREE.7z" -o"$DATA/"
  rm "$ORACLE_BASE/FREE.7z"
  mkdir -p "$CONFIG"
  mv "$ORACLE_HOME/dbs/spfileFREE.ora" "$CONFIG/"
  mv "$ORACLE_HOME/dbs/orapwFREE" "$CONFIG/"
  mv "$ADMIN/listener.ora" "$CONFIG/"
  mv "$ADMIN/tnsnames.ora" "$CONFIG/"
  mv "$ADMIN/sqlnet.ora" "$CONFIG/"
  link_configuration
}

link_existing() {
  rm -f "$ORACLE_HOME/dbs/spfileFREE.ora" "$ORACLE_HOME/dbs/orapwFREE"
  rm -f "$ADMIN/listener.ora" "$ADMIN/tnsnames.ora" "$ADMIN/sqlnet.ora"
  link_configuration
}

check_environment() {
  if [ -z "${ORACLE_PASSWORD:-}${ORACLE_PASSWORD_FILE:-}" ] && [ -z "${ORACLE_RANDOM_PASSWORD:-}" ]; then
    echo "Oracle Database SYS and SYSTEM passwords have to be specified at first database startup."
    echo "Please specify a password either via the \$ORACLE_PASSWORD variable, e.g. '-e ORACLE_PASSWORD=<password>'"
    exit 1
  fi
  if [ -n "${ORACLE_PASSWORD:-}${ORACLE_PASSWORD_FILE:-}" ] && [ -n "${ORACLE_RANDOM_PASSWORD:-}" ]; then
    echo "Only one of ORACLE_RANDOM_PASSWORD, ORACLE_PASSWORD and ORACLE_PASSWORD_FILE can be set."
    exit 1
  fi
  if [ -n "${ORACLE_DATABASE:-}${APP_USER:-}${APP_USER_PASSWORD:-}" ]; then
    echo "SEEDBED-WORLD: ORACLE_DATABASE and APP_USER are not simulated."
    exit 1
  fi
}

run_hooks() {
  local folder=$1 file
  [ -d "$folder" ] || return 0
  for file in "$folder"/*; do
    case "$file" in
      *.sh)
        if [ -x "$file" ]; then
          echo "CONTAINER: running $file ..."
          "$file"
        else
          echo "CONTAINER: sourcing $file ..."
          # The missing semicolon of the original: the hook gets these words as arguments.
          # shellcheck disable=SC1090
          . "$file" echo "CONTAINER: DONE: sourcing $file"
        fi
        ;;
      *.sql)
        echo "CONTAINER: running $file ..."
        echo "exit" | sqlplus -s / as sysdba "@$file"
        ;;
    esac
  done
}

touch "$ORACLE_BASE/hc-container-init" "$ORACLE_BASE/hc-user-startup-scripts"
echo "CONTAINER: starting up..."
sqlplus -version

first_start=false
if [ ! -d "$CONFIG" ]; then
  first_start=true
  check_environment
  touch "$ORACLE_BASE/hc-pdb-create" "$ORACLE_BASE/hc-user-setup-scripts"
  if [ -f "$ORACLE_BASE/FREE.7z" ]; then unpack_database; else link_existing; fi
else
  echo "CONTAINER: database already initialized."
  link_existing
fi

echo "CONTAINER: starting up Oracle Database..."
lsnrctl start && sqlplus -s / as sysdba <<SQL
  WHENEVER SQLERROR EXIT SQL.SQLCODE
  startup;
  exit;
SQL

if ! healthcheck.sh FREE ignore; then
  echo "CONTAINER: DATABASE STARTUP FAILED!"
  exit 1
fi

if [ "$first_start" = true ]; then
  if [ -n "${ORACLE_PASSWORD_FILE:-}" ]; then ORACLE_PASSWORD=$(<"$ORACLE_PASSWORD_FILE"); fi
  if [ -n "${ORACLE_RANDOM_PASSWORD:-}" ]; then
    ORACLE_PASSWORD=$(head -c 12 /dev/urandom | base64)
    echo "ORACLE PASSWORD FOR SYS AND SYSTEM: $ORACLE_PASSWORD"
  fi
  resetPassword "${ORACLE_PASSWORD}"
  rm "$ORACLE_BASE/hc-container-init"
  rm "$ORACLE_BASE/hc-pdb-create"
  run_hooks "$R/container-entrypoint-initdb.d"
  run_hooks "$R/docker-entrypoint-initdb.d"
  rm "$ORACLE_BASE/hc-user-setup-scripts"
else
  if [ -n "${ORACLE_PASSWORD:-}${ORACLE_PASSWORD_FILE:-}" ]; then
    echo "CONTAINER: WARNING: the database is already initialized, the password is not changed."
  fi
  rm "$ORACLE_BASE/hc-container-init"
  rm -f "$ORACLE_BASE/hc-user-setup-scripts"
fi

run_hooks "$R/container-entrypoint-startdb.d"
run_hooks "$R/docker-entrypoint-startdb.d"
rm "$ORACLE_BASE/hc-user-startup-scripts"

echo "#########################"
echo "DATABASE IS READY TO USE!"
echo "#########################"

if [ "${1:-}" = "--nowait" ]; then exit 0; fi
tail -f "$ORACLE_BASE"/diag/rdbms/free/FREE/trace/alert_FREE.log &
wait $!

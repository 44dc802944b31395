#!/bin/bash
# Stand-in for createDB.sh of oracle/docker-images for 19.3.0 as it was before 2022, which prints the password, given or made up.
set -e

R=${SEEDBED_ROOT:-}
ADMIN=$ORACLE_HOME/network/admin
export ORACLE_SID=${1:-ORCLCDB}
export ORACLE_PDB=${2:-ORCLPDB1}
if [[ "${INIT_SGA_SIZE:-}" != "" && "${INIT_PGA_SIZE:-}" == "" ]] || [[ "${INIT_SGA_SIZE:-}" == "" && "${INIT_PGA_SIZE:-}" != "" ]]; then
  echo "ERROR: Provide both the values, INIT_SGA_SIZE and INIT_PGA_SIZE or neither of them. Exiting."
  exit 1
fi
export ORACLE_PWD=${3:-"$(head -c 9 /dev/urandom | base64)1"}
echo "ORACLE PASSWORD FOR SYS, SYSTEM AND PDBADMIN: $ORACLE_PWD"
# DBCA gives three quarters of the total to the SGA and the rest to the PGA.
sga=$((ALLOCATED_MEMORY * 3 / 4))
pga=$((ALLOCATED_MEMORY - sga))
if [ -n "${INIT_SGA_SIZE:-}" ]; then sga=$INIT_SGA_SIZE pga=$INIT_PGA_SIZE; fi
echo "LISTENER=(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=0.0.0.0)(PORT=1521)))" >"$ADMIN/listener.ora"
printf 'NAME.DIRECTORY_PATH= (TNSNAMES, EZCONNECT, HOSTNAME)\n' >"$ADMIN/sqlnet.ora"
lsnrctl start >/dev/null && printf '%s\n' "$ORACLE_PWD" | dbca
printf '{"sga_target":"%d","pga_aggregate_target":"%d"}\n' "$((sga * 1048576))" "$((pga * 1048576))" >"$ORACLE_HOME/dbs/spfile$ORACLE_SID.ora"
echo "password file" >"$ORACLE_HOME/dbs/orapw$ORACLE_SID"
echo "$ORACLE_SID:$ORACLE_HOME:N" >"$R/etc/oratab"
echo "$ORACLE_PDB=(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=0.0.0.0)(PORT=1521))(CONNECT_DATA=(SERVER=DEDICATED)(SERVICE_NAME=$ORACLE_PDB)))" >"$ADMIN/tnsnames.ora"
sqlplus -s / as sysdba <<SQL
startup
ALTER PLUGGABLE DATABASE $ORACLE_PDB SAVE STATE;
exit;
SQL

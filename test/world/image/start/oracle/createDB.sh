#!/bin/bash
# Stand-in for createDB.sh of oracle/docker-images for Free.
set -e

R=${SEEDBED_ROOT:-}
ADMIN=$ORACLE_HOME/network/admin
if [ -f "$R/run/secrets/oracle_pwd" ]; then ORACLE_PWD=$(<"$R/run/secrets/oracle_pwd"); fi
ORACLE_PWD=${ORACLE_PWD:-$(openssl rand -hex 8)}
su -c "$R/etc/init.d/oracle-free-26ai configure" <<PWD
$ORACLE_PWD
$ORACLE_PWD
PWD
printf 'NAME.DIRECTORY_PATH= (TNSNAMES, EZCONNECT, HOSTNAME)\nDISABLE_OOB=ON\nSQLNET.EXPIRE_TIME=3\n' >"$ADMIN/sqlnet.ora"
echo "$ORACLE_PDB=(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=0.0.0.0)(PORT=1521))(CONNECT_DATA=(SERVER=DEDICATED)(SERVICE_NAME=$ORACLE_PDB)))" >>"$ADMIN/tnsnames.ora"
sqlplus -s / as sysdba <<SQL
ALTER SYSTEM SET LOCAL_LISTENER='';
ALTER PLUGGABLE DATABASE $ORACLE_PDB SAVE STATE;
exit;
SQL

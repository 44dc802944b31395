#!/bin/bash
# Stand-in for runOracle.sh of oracle/docker-images (OracleDatabase/SingleInstance/dockerfiles/23.26.1): the same steps in the same order.
# Left out: TCPS, observers, True Cache, the relink of 19c, ipcrm.

R=${SEEDBED_ROOT:-}
export ORACLE_BASE=$R/opt/oracle
export ORACLE_HOME=$ORACLE_BASE/product/26ai/dbhomeFree
export ORACLE_SID=FREE
export ORACLE_PDB=FREEPDB1
DATA=$ORACLE_BASE/oradata
CONFIG=$DATA/dbconfig/$ORACLE_SID
ADMIN=$ORACLE_HOME/network/admin

moveFiles() {
  if [ ! -d "$CONFIG" ]; then mkdir -p "$CONFIG"; fi
  mv "$ORACLE_HOME/dbs" "$CONFIG/"
  mv "$ADMIN/listener.ora" "$CONFIG/"
  mv "$ADMIN/tnsnames.ora" "$CONFIG/"
  mv "$ADMIN/sqlnet.ora" "$CONFIG/"
  cp "$R/etc/oratab" "$CONFIG/"
  symLinkFiles
}

symLinkFiles() {
  if [ ! -L "$ORACLE_HOME/dbs" ]; then
    if [ -d "$ORACLE_HOME/dbs" ]; then rm -rf "$ORACLE_HOME/dbs"; fi
    ln -s "$CONFIG/dbs" "$ORACLE_HOME/dbs"
  fi
  for file in listener.ora tnsnames.ora sqlnet.ora; do
    if [ ! -L "$ADMIN/$file" ]; then
      if [ -f "$ADMIN/$file" ]; then rm -f "$ADMIN/$file"; fi
      ln -s "$CONFIG/$file" "$ADMIN/$file"
    fi
  done
  cp "$CONFIG/oratab" "$R/etc/oratab"
}

undoSymLinkFiles() {
  if [ -L "$ORACLE_HOME/dbs" ]; then rm "$ORACLE_HOME/dbs" && mkdir "$ORACLE_HOME/dbs"; fi
  for file in listener.ora tnsnames.ora sqlnet.ora; do
    if [ -L "$ADMIN/$file" ]; then rm "$ADMIN/$file"; fi
  done
}

# The trap does not exit: bash goes on with the script afterwards.
_term() {
  echo "Stopping container."
  echo "SIGTERM received, shutting down database!"
  sqlplus / as sysdba <<SQL
shutdown immediate;
exit;
SQL
  lsnrctl stop
}
trap _term SIGTERM SIGINT

check() {
  local wait status
  for wait in 0 1 2 4 8; do
    sleep "$wait"
    IGNORE_DB_STARTED_MARKER=true "$ORACLE_BASE/checkDBStatus.sh"
    status=$?
    if [ "$status" -ne 5 ]; then break; fi
  done
  return "$status"
}

if [[ "$HOSTNAME" == *_* ]]; then echo "The host name may not contain any '_'."; fi

if [ -f "$DATA/.$ORACLE_SID.created" ] && [ -d "$DATA/$ORACLE_SID" ]; then
  symLinkFiles
  mkdir -p "$ORACLE_BASE/admin/$ORACLE_SID/adump"
  su -c "$R/etc/init.d/oracle-free-26ai start"
else
  undoSymLinkFiles
  rm -f "$ORACLE_HOME/dbs/spfile$ORACLE_SID.ora" "$ORACLE_HOME/dbs/orapw$ORACLE_SID"
  rm -f "$ADMIN/sqlnet.ora" "$ADMIN/listener.ora" "$ADMIN/tnsnames.ora"
  rm -rf "${DATA:?}/$ORACLE_SID" "$ORACLE_BASE/cfgtoollogs/dbca/$ORACLE_SID" "$ORACLE_BASE/admin/$ORACLE_SID"
  cp "$R/etc/oratab" oratab.bkp
  : >"$R/etc/oratab"
  rm -f oratab.bkp
  "$ORACLE_BASE/createDB.sh" || exit 1
  if check; then date -Iseconds >"$DATA/.$ORACLE_SID.created"; fi
  moveFiles
  "$ORACLE_BASE/runUserScripts.sh" "$ORACLE_BASE/scripts/extensions/setup"
  "$ORACLE_BASE/runUserScripts.sh" "$ORACLE_BASE/scripts/setup"
fi

if check; then
  echo "#########################"
  echo "DATABASE IS READY TO USE!"
  echo "#########################"
  "$ORACLE_BASE/runUserScripts.sh" "$ORACLE_BASE/scripts/extensions/startup"
  "$ORACLE_BASE/runUserScripts.sh" "$ORACLE_BASE/scripts/startup"
  touch "$R/dev/shm/.db_started"
else
  echo "#####################################"
  echo "########### E R R O R ###############"
  echo "DATABASE SETUP WAS NOT SUCCESSFUL!"
  echo "Please check output for further info!"
  echo "########### E R R O R ###############"
  echo "#####################################"
fi

tail -f "$ORACLE_BASE"/diag/rdbms/*/*/trace/alert*.log &
childPID=$!
wait $childPID

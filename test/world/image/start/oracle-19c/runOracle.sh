#!/bin/bash
# Stand-in for runOracle.sh of oracle/docker-images (OracleDatabase/SingleInstance/dockerfiles/19.3.0): the same steps in the same order.
# Left out: TCPS, observers, the relink of another edition, ipcrm.

R=${SEEDBED_ROOT:-}
export ORACLE_BASE=$R/opt/oracle
export ORACLE_HOME=$ORACLE_BASE/product/19c/dbhome_1
export ORACLE_SID=${ORACLE_SID:-ORCLCDB}
export ORACLE_PDB=${ORACLE_PDB:-ORCLPDB1}
DATA=$ORACLE_BASE/oradata
CONFIG=$DATA/dbconfig/$ORACLE_SID
ADMIN=$ORACLE_HOME/network/admin

moveFiles() {
  if [ ! -d "$CONFIG" ]; then mkdir -p "$CONFIG"; fi
  mv "$ORACLE_HOME/dbs/spfile$ORACLE_SID.ora" "$CONFIG/"
  mv "$ORACLE_HOME/dbs/orapw$ORACLE_SID" "$CONFIG/"
  mv "$ADMIN/sqlnet.ora" "$CONFIG/"
  mv "$ADMIN/listener.ora" "$CONFIG/"
  mv "$ADMIN/tnsnames.ora" "$CONFIG/"
  cp "$R/etc/oratab" "$CONFIG/"
  symLinkFiles
}

symLinkFiles() {
  for file in "dbs/spfile$ORACLE_SID.ora" "dbs/orapw$ORACLE_SID" network/admin/sqlnet.ora network/admin/listener.ora network/admin/tnsnames.ora; do
    if [ ! -L "$ORACLE_HOME/$file" ]; then ln -s "$CONFIG/${file##*/}" "$ORACLE_HOME/$file"; fi
  done
  cp "$CONFIG/oratab" "$R/etc/oratab"
}

undoSymLinkFiles() {
  for file in "dbs/spfile$ORACLE_SID.ora" "dbs/orapw$ORACLE_SID" network/admin/sqlnet.ora network/admin/listener.ora network/admin/tnsnames.ora; do
    if [ -L "$ORACLE_HOME/$file" ]; then rm "$ORACLE_HOME/$file"; fi
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

# The limit of the control group in MiB: nothing below 2 GiB starts, and without a limit the arithmetic gives 0.
memory=0
if [ -f "$R/sys/fs/cgroup/cgroup.controllers" ]; then
  memory=$(<"$R/sys/fs/cgroup/memory.max")
elif [ -f "$R/sys/fs/cgroup/memory/memory.limit_in_bytes" ]; then
  memory=$(<"$R/sys/fs/cgroup/memory/memory.limit_in_bytes")
fi
export ALLOCATED_MEMORY=$((memory / 1024 / 1024))
if [ "$memory" != max ] && [ "$memory" -gt 0 ] && [ "$ALLOCATED_MEMORY" -lt 2048 ]; then
  echo "Error: The container doesn't have enough memory allocated."
  exit 1
fi

if [[ "$HOSTNAME" == *_* ]]; then echo "The host name may not contain any '_'."; fi

if [ -f "$DATA/.$ORACLE_SID.created" ] && [ -d "$DATA/$ORACLE_SID" ]; then
  symLinkFiles
  mkdir -p "$ORACLE_BASE/admin/$ORACLE_SID/adump"
  "$ORACLE_BASE/startDB.sh"
else
  undoSymLinkFiles
  rm -f "$ORACLE_HOME/dbs/spfile$ORACLE_SID.ora" "$ORACLE_HOME/dbs/orapw$ORACLE_SID"
  rm -f "$ADMIN/sqlnet.ora" "$ADMIN/listener.ora" "$ADMIN/tnsnames.ora"
  rm -rf "${DATA:?}/$ORACLE_SID" "$ORACLE_BASE/cfgtoollogs/dbca/$ORACLE_SID" "$ORACLE_BASE/admin/$ORACLE_SID"
  cp "$R/etc/oratab" oratab.bkp
  : >"$R/etc/oratab"
  rm -f oratab.bkp
  "$ORACLE_BASE/createDB.sh" "$ORACLE_SID" "$ORACLE_PDB" "${ORACLE_PWD:-}" || exit 1
  if IGNORE_DB_STARTED_MARKER=true "$ORACLE_BASE/checkDBStatus.sh"; then date -Iseconds >"$DATA/.$ORACLE_SID.created"; fi
  moveFiles
  "$ORACLE_BASE/runUserScripts.sh" "$ORACLE_BASE/scripts/extensions/setup"
  "$ORACLE_BASE/runUserScripts.sh" "$ORACLE_BASE/scripts/setup"
fi

if IGNORE_DB_STARTED_MARKER=true "$ORACLE_BASE/checkDBStatus.sh"; then
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

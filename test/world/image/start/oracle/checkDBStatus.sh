#!/bin/bash
# Stand-in for checkDBStatus.sh of oracle/docker-images 26ai: 0 ready, 1 not started, 2 no pluggable database open, 3 sqlplus failed, 5 one is mounted.

R=${SEEDBED_ROOT:-}
if [ "${IGNORE_DB_STARTED_MARKER:-}" != true ] && [ ! -f "$R/dev/shm/.db_started" ]; then
  echo "Database has not been started yet." >&2
  exit 1
fi
ORACLE_SID=$(grep "$ORACLE_HOME" "$R/etc/oratab" | cut -d: -f1)
role=$(sqlplus -s / <<SQL
set heading off;
set pagesize 0;
SELECT database_role FROM v\$database;
exit;
SQL
)
ret=$?
if [ $ret -ne 0 ]; then exit 3; fi
if [ "$role" != PRIMARY ]; then exit 1; fi
modes=$(sqlplus -s / <<SQL
set heading off;
set pagesize 0;
SELECT DISTINCT open_mode FROM v\$pdbs;
exit;
SQL
)
if [ $? -ne 0 ]; then exit 3; fi
if grep -q MOUNTED <<<"$modes"; then exit 5; fi
if ! grep -q "READ WRITE" <<<"$modes"; then exit 2; fi
exit 0

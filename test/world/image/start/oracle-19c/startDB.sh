#!/bin/bash
# Stand-in for startDB.sh of oracle/docker-images.
lsnrctl start
sqlplus / as sysdba <<SQL
STARTUP;
exit;
SQL

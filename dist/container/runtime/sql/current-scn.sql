SELECT TO_CHAR(current_scn) FROM v$database;

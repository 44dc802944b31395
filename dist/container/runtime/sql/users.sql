SELECT username || CHR(9) || account_status || CHR(9) || oracle_maintained || CHR(9) || common FROM dba_users ORDER BY username;

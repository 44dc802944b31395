SELECT tablespace_name FROM dba_tablespaces ORDER BY tablespace_name;

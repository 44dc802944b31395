SELECT owner || CHR(9) || db_link FROM dba_db_links ORDER BY owner, db_link;

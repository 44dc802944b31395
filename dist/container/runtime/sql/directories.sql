SELECT directory_name || CHR(9) || directory_path FROM dba_directories ORDER BY directory_name;

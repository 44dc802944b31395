SELECT dbid || CHR(9) || open_mode FROM v$database;

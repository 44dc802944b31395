SELECT username || CHR(9) || sid || ',' || serial# FROM v$session WHERE username IS NOT NULL;

SELECT name || CHR(9) || open_mode || CHR(9) || NVL(restricted, '-') || CHR(9) || RAWTOHEX(guid) FROM v$pdbs;

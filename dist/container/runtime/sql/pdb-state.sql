SELECT 'database' || CHR(9) || dbid FROM v$database;
SELECT 'pdb' || CHR(9) || name || CHR(9) || open_mode || CHR(9) || NVL(restricted, '-') || CHR(9) || RAWTOHEX(guid) FROM v$pdbs;
SELECT 'saved' || CHR(9) || con_name || CHR(9) || state || CHR(9) || restricted FROM dba_pdb_saved_states;

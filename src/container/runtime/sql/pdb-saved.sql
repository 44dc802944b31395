SELECT con_name || CHR(9) || state || CHR(9) || restricted FROM dba_pdb_saved_states;

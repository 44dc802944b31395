SELECT name || CHR(9) || cause || CHR(9) || message FROM pdb_plug_in_violations WHERE status <> 'RESOLVED' AND type = 'ERROR';

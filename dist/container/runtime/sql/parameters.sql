SELECT name || CHR(9) || issys_modifiable || CHR(9) || ispdb_modifiable || CHR(9) || value FROM v$system_parameter ORDER BY name;
